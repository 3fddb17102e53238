"""From a database to the program that declares it."""

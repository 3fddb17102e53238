"""A database's structure in one file, without rows and secrets: taken from one server, rebuilt on another."""

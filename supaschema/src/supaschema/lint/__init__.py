"""What a declaration may not say, as far as it can be told without a database."""

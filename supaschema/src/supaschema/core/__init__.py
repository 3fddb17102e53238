"""What every layer knows: facts and plans as values, errors, and SQL text."""

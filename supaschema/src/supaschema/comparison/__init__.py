"""Two databases, each live or in a file, and the plan that makes the one like the other."""

"""Before a deployment: whether the database can take one now, and whether it is the one that was approved."""

"""Rehearse a deployment: two databases of a temporary server play staging and prod, `make rehearse`.

`environment` is a stack with its database, `proofs` what can be told of the database, `__main__` the order of things.
"""

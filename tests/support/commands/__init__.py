"""Statements of each of PostgreSQL's commands that make, alter or describe something."""

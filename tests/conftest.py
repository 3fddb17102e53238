"""Fixtures shared by every test, listed by file."""

pytest_plugins = ["tests.fixtures.postgres", "tests.fixtures.pulumi"]

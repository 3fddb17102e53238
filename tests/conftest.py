"""Fixtures shared by every test, listed by file."""

from hypothesis import settings

pytest_plugins = [
    "tests.fixtures.postgres",
    "tests.fixtures.pulumi",
    "tests.fixtures.roles",
    "tests.fixtures.deployed",
    "tests.fixtures.stranger",
]

# A busy machine is no failure: what a property costs is not what it says.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

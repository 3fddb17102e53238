"""The fixtures of the library's tests, listed by file."""

pytest_plugins = ["tests.fixtures.postgres", "harness.fixtures"]

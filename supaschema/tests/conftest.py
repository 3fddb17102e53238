"""The fixtures of the library's tests: the servers of `tests/fixtures`."""

pytest_plugins = ["tests.fixtures.postgres"]

"""What can go wrong with a server of our own."""

from __future__ import annotations


class LocalDatabaseError(Exception):
    """Base: `what` went wrong, `where` (a file or a folder), and the `remedy`."""

    def __init__(self, what: str, *, where: object = "", remedy: str = "") -> None:
        """Take the three parts of the message; `where` and `remedy` may be empty."""
        self.what = what
        self.where = str(where)
        self.remedy = remedy
        place = f"{where}: " if self.where else ""
        advice = f" {remedy}" if remedy else ""
        super().__init__(f"{place}{what}{advice}")


class ServerMissing(LocalDatabaseError):
    """The binaries of that major version are not installed."""


class ClusterError(LocalDatabaseError):
    """A cluster could not be made, started, stopped or reached."""

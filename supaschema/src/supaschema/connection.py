"""A program's own commands on the stack's database: connected as the provider is, and told without a secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from supaschema.core.errors import ConnectionRefused, LockWaitError, OwnershipError
from supaschema.database.connect import connect, looking
from supaschema.database.dsn import database_of, masked
from supaschema.database.server_errors import said
from supaschema.database.settings import URL_VARIABLE, Settings
from supaschema.database.trust import require_trusted_owner
from supaschema.ledger import integrity

__all__ = [
    "URL_VARIABLE",
    "OwnershipError",
    "Refused",
    "database_of",
    "reading",
    "require_trusted_ledger",
    "require_trusted_owner",
    "writing",
]


class Refused(Exception):
    """The database cannot be asked, or does not do what it is asked; the message holds no secret.

    Attributes:
        by_server: Whether a statement was refused by the server.

    """

    def __init__(self, message: str, *, by_server: bool) -> None:
        """Say why."""
        super().__init__(message)
        self.by_server = by_server


@contextmanager
def reading(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Open a connection that only looks, and waits for locks no longer than a preview does; close it in the end.

    Raises:
        Refused: It cannot be opened, something is locked or not to be trusted, or the server refuses a statement of the
            block; what the server says is left out where it may hold values of a row.

    """
    settings = Settings(database_url=url)
    with _told(settings, reads_rows=True), looking(settings) as connection:
        yield connection


@contextmanager
def writing(url: str, *, reads_rows: bool = True) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Open a connection for statements that change something; close it in the end.

    Args:
        url: The database.
        reads_rows: Whether a statement of the block reads rows. Where none does, all that the server says is told.

    Raises:
        Refused: As `reading` does.

    """
    settings = Settings(database_url=url)
    with _told(settings, reads_rows=reads_rows), connect(settings) as connection:
        yield connection


def require_trusted_ledger(connection: psycopg.Connection[Any]) -> None:
    """Refuse to read a ledger that could run what others wrote; one that there is not is no matter.

    Raises:
        OwnershipError: Naming what is wrong, and what to do.

    """
    integrity.require(connection, reading=True)


@contextmanager
def _told(settings: Settings, *, reads_rows: bool) -> Iterator[None]:
    try:
        yield
    except (ConnectionRefused, LockWaitError, OwnershipError) as error:
        raise Refused(masked(str(error), settings), by_server=False) from None
    except psycopg.Error as error:
        raise Refused(masked(f"{said(error, reads_rows=reads_rows)}.", settings), by_server=True) from None

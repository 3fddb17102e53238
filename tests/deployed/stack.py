"""A live stack as the checks see it: one connection that reads, what is declared, and who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from supaschema.core.model import ObjectId
from supaschema.database.connect import connect
from supaschema.database.settings import Settings
from supaschema.database.trust import require_trusted_owner
from supaschema.ledger import integrity
from tests.deployed.declared import PROJECT, Declared
from tests.deployed.findings import CannotTellError

QUERIES = Path(__file__).resolve().parents[2] / "sql" / "checks" / "deployed"
APPLICATION_NAME = "supaschema validate"

Row = dict[str, Any]
Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger holds of one object."""

    urn: str
    hash: str | None
    spelling: Mapping[str, Any]
    major: int


@dataclass(frozen=True)
class Stack:
    """What a check is given.

    Attributes:
        name: The stack's name, as its URNs have it.
        url: Where its database is; holds a password.
        connection: In a transaction that reads.
        declared: What the program declares for it.
        writer: Lends a connection for trials, in a transaction that is rolled back.
        as_owner: Whether trials as other roles are asked for.
        host: This machine, as testinfra looks at it.

    """

    name: str
    url: str = field(repr=False)
    connection: Connection
    declared: Declared
    writer: Callable[[], AbstractContextManager[Connection]]
    as_owner: bool = False
    host: Any = None

    def rows(self, query: str, **parameters: object) -> list[Row]:
        """Ask a query of sql/checks/deployed."""
        text = (QUERIES / f"{query}.sql").read_bytes()
        known = {"schemas": list(self.declared.schemas), "roles": list(self.declared.roles)}
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(text, {**known, **parameters}).fetchall()

    def by_name(self, query: str, *parts: str) -> dict[tuple[str, ...], Row]:
        """Ask a query, and return its rows by these columns."""
        return {tuple(str(row[part]) for part in parts): row for row in self.rows(query)}

    def asked(self, call: str) -> list[Row]:
        """Ask a function that lists for the auditor what the owner reads in tables.

        Raise:
            CannotTellError: It would run with the rights of the role that asks.

        """
        if not integrity.lending(self.connection, call.removesuffix("()")):
            raise CannotTellError(f"{call} does not run as the owner of its schema: it is not called.")
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(f"select * from {call}".encode()).fetchall()

    @cached_property
    def ledger(self) -> Mapping[ObjectId, Entry]:
        """Every object in the ledger, of whatever stack."""
        return {
            ObjectId.from_key(row["object"]): Entry(row["urn"], row["hash"], row["spelling"] or {}, row["major"])
            for row in self.ledger_rows
        }

    @cached_property
    def untrusted(self) -> Sequence[str]:
        """Why the ledger is not to be read: what in it could run code of others."""
        return integrity.problems(self.connection)

    @cached_property
    def ledger_rows(self) -> Sequence[Row]:
        """The ledger as it was read.

        Raise:
            CannotTellError: To read it could run what others wrote.

        """
        if self.untrusted:
            raise CannotTellError("the ledger is not to be trusted.")
        return self.rows("ledger")

    @cached_property
    def owner(self) -> str | None:
        """The role that deploys: the ledger is its own."""
        return next((str(row["owner"]) for row in self.ledger_rows), None)

    @cached_property
    def user(self) -> str:
        """The role that asks."""
        return str(self.one("select current_user"))

    @cached_property
    def owns(self) -> bool:
        """Whether the role that asks has the owner's rights; the auditor has not."""
        return self.owner is None or bool(self.one("select pg_has_role(current_user, %s, 'USAGE')", self.owner))

    @cached_property
    def major(self) -> int:
        """The server's major version."""
        return self.connection.info.server_version // 10000

    @property
    def urns(self) -> str:
        """How the URNs of this stack begin."""
        return f"urn:pulumi:{self.name}::{PROJECT}::"

    def spelled(self, id: ObjectId, part: str) -> Any:
        """Return how the server spelled a text of a declared object when it was deployed; None: there is none."""
        entry = self.ledger.get(id)
        return None if entry is None else entry.spelling.get(part)

    def one(self, query: str, *parameters: object) -> Any:
        """Ask for a single value."""
        row = self.connection.execute(query.encode(), parameters or None).fetchone()
        return row[0] if row else None

    def has(self, relation: str) -> bool:
        """Return whether there is a relation of this name, `schema.name`.

        Raise:
            OwnershipError: It belongs to somebody who is not trusted: to read it could run what they wrote.
        """
        schema, name = relation.split(".")
        require_trusted_owner(self.connection, schema, name)
        return bool(
            self.one(
                "select exists (select from pg_catalog.pg_class as c"
                " join pg_catalog.pg_namespace as n on n.oid = c.relnamespace"
                " where n.nspname = %s and c.relname = %s)",
                schema,
                name,
            )
        )


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """Connect, and hold one transaction open that reads one state of the database and cannot write.

    Raise:
        ConnectionRefused: The database cannot be reached.

    """
    with _connected(url) as connection:
        connection.execute("set default_transaction_read_only = on")
        with connection.transaction(force_rollback=True):
            connection.execute("set transaction isolation level repeatable read, read only")
            _limit(connection)
            yield connection


@contextmanager
def trying(url: str) -> Iterator[Connection]:
    """Connect, and hold one transaction open that is rolled back, whatever was done in it."""
    with _connected(url) as connection, connection.transaction(force_rollback=True):
        _limit(connection)
        yield connection


def _connected(url: str) -> Connection:
    return connect(Settings(database_url=url), application_name=APPLICATION_NAME, prepare_threshold=None)


def _limit(connection: Connection) -> None:
    # The server prints names with their schemas then, as when it spelled them for the ledger.
    connection.execute("set local search_path = ''")
    connection.execute("set local lock_timeout = '2s'")
    connection.execute("set local statement_timeout = '30s'")


def named(*parts: object) -> str:
    """Return an object's name for people."""
    return ".".join(map(str, parts))

"""Declarations that several tests of the engine use, and what a database says that was done for them."""

from __future__ import annotations

from supaschema.declarations import Check, Column, PrimaryKey, Table
from tests.support.catalog import one
from tests.support.pulumi import Declared
from tests.support.sessions import Connection

TITLE = Column(name="title", type="text")


def notes(name: str = "notes", *columns: Column, checks: tuple[Check, ...] = ()) -> Table:
    """Return a table with a key, and these columns."""
    key = Column(name="id", type="uuid", nullable=False, default="gen_random_uuid()")
    return Table(name=name, columns=(key, *columns), primary_key=PrimaryKey(columns=("id",)), checks=checks)


def urn(item: Declared, stack: str = "test") -> str:
    """Return the URN of a resource of the test program."""
    group = "test:index:Group$" if item.group else ""
    return f"urn:pulumi:{stack}::objects::{group}supaschema:index:{type(item.declaration).__name__}::{item.name}"


def statements(connection: Connection) -> object:
    """Return how many statements the ledger says were ever run."""
    return one(connection, "select count(*) from supaschema.history")

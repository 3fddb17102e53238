"""A table on which several stacks declare something goes with none of theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from supaschema.core.errors import OwnershipError
from supaschema.declarations import Check, Column, Declaration, Index, Policy, PolicyCommand, TablePatch
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.declared import notes
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection
from tests.support.survey import schema


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """A database that is managed."""
    with managed(database.url) as found:
        yield found


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A connection as the owner."""
    with database.connect() as found:
        yield found


@pytest.mark.parametrize("holds_rows", [False, True])
@pytest.mark.parametrize(
    "declared",
    [
        TablePatch(table="odd", columns=(Column(name="theirs", type="text"),)),
        TablePatch(table="odd", checks=(Check(name="odd_id", expression="id is not null"),)),
        Index(name="odd_id", table="odd", keys=("id",), unique=True),
        Policy(name="theirs", table="odd", command=PolicyCommand.SELECT, to=("authenticated",), using="true"),
    ],
    ids=["column", "check", "index", "policy"],
)
def test_a_table_does_not_go_with_what_another_stack_declares_on_it(
    objects: Objects, database: Database, connection: Connection, declared: Declaration, *, holds_rows: bool
):
    odd = notes("odd")
    objects.apply(odd)
    objects.apply(declared)
    if holds_rows:
        connection.execute("insert into public.odd default values")
    connection.execute(
        "update supaschema.objects set urn = replace(urn, ':test::', ':other::') where urn ~ '(Patch|Index|Policy)::'"
    )
    before = schema(database)

    with managed(database.url) as later, pytest.raises(OwnershipError, match="belongs to urn:pulumi:other") as refused:
        later.remove(odd)

    assert "would go with table public.odd" in refused.value.what
    assert "claim --from other::" in refused.value.remedy
    assert schema(database) == before
    connection.execute("update supaschema.objects set urn = replace(urn, ':other::', ':test::')")
    with managed(database.url) as later:
        later.remove(declared)
        later.remove(odd)
    assert one(connection, "select to_regclass('public.odd')") is None


def test_what_another_stack_declared_and_somebody_dropped_keeps_no_table(
    objects: Objects, database: Database, connection: Connection
):
    odd, index = notes("odd"), Index(name="odd_id", table="odd", keys=("id",), unique=True)
    objects.apply(odd)
    objects.apply(index)
    connection.execute(
        "update supaschema.objects set urn = replace(urn, ':test::', ':other::') where urn like '%Index::%'"
    )
    connection.execute("drop index public.odd_id")

    with managed(database.url) as later:
        later.remove(odd)

    assert one(connection, "select to_regclass('public.odd')") is None

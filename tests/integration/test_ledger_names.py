"""The ledger keeps resources apart while names change hands: nothing is taken for another's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from supaschema.database.settings import Settings
from supaschema.provider.incarnations import LEDGER_URN
from supaschema.provider.operations import Operations
from supaschema.registry import RESOURCES
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.declared import notes
from tests.support.sessions import Connection

TABLE = RESOURCES["supaschema:index:Table"]
ONE, TWO = (f"urn:pulumi:test::objects::supaschema:index:Table::{name}" for name in ("one", "two"))
FIRST, SECOND = notes("first").to_inputs(), notes("second").to_inputs()


@pytest.fixture
def operations(database: Database) -> Iterator[Operations]:
    """The provider's verbs on the test's database, as in a run with a program."""
    verbs = Operations(Settings(database_url=database.url))
    verbs.declaring()
    yield verbs
    verbs.pipeline.close()


def tables(connection: Connection) -> list[object]:
    """Return which of the two tables are there."""
    return column(connection, "select relname from pg_class where relname in ('first', 'second') order by 1")


def test_a_name_that_another_has_is_taken_on_when_it_is_free(operations: Operations, connection: Connection) -> None:
    first = operations.create(TABLE, ONE, FIRST)
    second = operations.create(TABLE, TWO, SECOND)

    # Their states have exchanged their names.
    assert not operations.diff(TABLE, TWO, first.outputs, FIRST, FIRST, id=first.id).changed
    assert operations.update(TABLE, TWO, first.outputs, FIRST).outputs[LEDGER_URN] == ONE
    operations.delete(TABLE, ONE, second.outputs)
    assert tables(connection) == ["first"]

    assert operations.diff(TABLE, TWO, first.outputs, FIRST, FIRST, id=first.id).changed
    assert operations.update(TABLE, TWO, first.outputs, FIRST).outputs[LEDGER_URN] == TWO
    assert column(connection, "select distinct urn from supaschema.objects") == [TWO]


def test_a_former_name_that_another_has_by_now_takes_nothing(operations: Operations, connection: Connection) -> None:
    first = operations.create(TABLE, ONE, FIRST)
    operations.update(TABLE, TWO, first.outputs, FIRST)
    operations.create(TABLE, ONE, SECOND)

    # The state of the first never learned of its new name.
    assert not operations.diff(TABLE, TWO, first.outputs, FIRST, FIRST, id=first.id).changed
    operations.delete(TABLE, TWO, first.outputs)
    assert tables(connection) == ["second"]

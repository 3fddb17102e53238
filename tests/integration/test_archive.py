"""What a drop keeps aside comes back as it was."""

from __future__ import annotations

import pytest

from supaschema.declarations import Column, TablePatch
from supaschema.model import Hazard
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.objects import managed
from tests.support.sessions import Connection


def apply(database: Database, patch: TablePatch) -> None:
    """Add what a patch adds."""
    with managed(database.url) as objects:
        objects.apply(patch)


def gone_and_back(database: Database, patch: TablePatch) -> None:
    """Remove what a patch added, and add it again, each as a deployment of its own."""
    with managed(database.url) as objects:
        objects.remove(patch)
    apply(database, patch)


@pytest.fixture
def things(connection: Connection) -> Connection:
    """A table with four rows."""
    connection.execute("create table public.things (id integer primary key, touched boolean default false)")
    connection.execute("insert into public.things select generate_series(1, 4)")
    return connection


@pytest.mark.parametrize(
    ("type", "default", "values"),
    [
        pytest.param("text", "'none'", ["null", "''", "'none'", "'a ''b'' %'"], id="text"),
        pytest.param("jsonb", "'{}'", ["null", "'null'", "'{}'", "'{\"a\": [1, null]}'"], id="jsonb"),
        pytest.param("json", "'{}'", ["null", "'null'", "'{\"a\": 2}'", "'[]'"], id="json"),
        pytest.param("integer[]", None, ["null", "'{}'", "'{1,null}'", "'{{1},{2}}'"], id="array"),
        pytest.param("bytea", None, ["null", "''", "'\\x00ff'", "'\\x27'"], id="bytea"),
        pytest.param("numeric(9, 2)", "0", ["null", "0", "'NaN'", "12.5"], id="numeric"),
        pytest.param("double precision", None, ["'-Infinity'", "0.1", "1e300", "'NaN'"], id="float"),
        pytest.param("timestamptz", "now()", ["null", "now()", "'infinity'", "'0044-03-15 BC'"], id="time"),
    ],
)
def test_values_come_back_as_they_were(
    database: Database, things: Connection, type: str, default: str | None, values: list[str]
):
    patch = TablePatch(table="things", columns=(Column(name="Kept 1", type=type, default=default),))
    apply(database, patch)
    for number, value in enumerate(values, start=1):
        things.execute(f'update public.things set "Kept 1" = {value} where id = {number}'.encode())
    query = "select coalesce(\"Kept 1\"::text, 'NULL') from public.things order by id"
    before = column(things, query)

    gone_and_back(database, patch)

    assert column(things, query) == before
    assert column(things, "select key from supaschema_archive.column_values") == []


def test_no_trigger_takes_the_return_for_a_change(database: Database, things: Connection):
    things.execute("""
        create function public.touch() returns trigger language plpgsql as 'begin new.touched := true; return new; end';
        create trigger usual before update on public.things for each row execute function public.touch();
        create trigger off before update on public.things for each row execute function public.touch();
        create trigger always before update on public.things for each row execute function public.touch();
        alter table public.things disable trigger off, enable always trigger always
    """)
    patch = TablePatch(table="things", columns=(Column(name="kept", type="integer"),))
    apply(database, patch)
    things.execute("update public.things set kept = 1")
    things.execute("alter table public.things disable trigger user")
    things.execute("update public.things set touched = false")
    things.execute("alter table public.things enable trigger usual, enable always trigger always")

    gone_and_back(database, patch)

    assert column(things, "select distinct array[kept, touched::integer]::text from public.things") == ["{1,0}"]
    enabled = "select tgname || tgenabled::text from pg_trigger where tgrelid = 'public.things'::regclass order by 1"
    assert column(things, enabled) == ["alwaysA", "offD", "usualO"]


def test_without_a_primary_key_the_loss_needs_consent(database: Database, connection: Connection):
    connection.execute("create table public.things (a integer)")
    patch = TablePatch(table="things", columns=(Column(name="b", type="integer"),))

    with managed(database.url) as objects:
        objects.apply(patch)
        plan = objects.remove(patch)

    assert [note.hazard for statement in plan.statements for note in statement.hazards] == [Hazard.DELETES_DATA]

"""Values that the archive keeps, and the column is declared again with a type that they are none of."""

from __future__ import annotations

import pytest

from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.core.errors import ApplyError, PreconditionError
from supaschema.declarations import Column, TablePatch
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.objects import managed
from tests.support.sessions import Connection

TEXT = TablePatch(table="things", columns=(Column(name="note", type="text"),))
NUMBER = TablePatch(table="things", columns=(Column(name="note", type="integer"),))
CONVERTED = TablePatch(table="things", columns=(Column(name="note", type="integer", using="length(note)"),))
SHORT = TablePatch(table="things", columns=(Column(name="note", type="character varying(2)"),))
NOTES = "select note::text from public.things order by id"


@pytest.fixture
def things(database: Database, connection: Connection) -> Connection:
    """A table with rows whose notes the archive has; one of them is the note of a row that is gone."""
    connection.execute("create table public.things (id integer primary key)")
    connection.execute("insert into public.things select generate_series(1, 4)")
    with managed(database.url) as objects:
        objects.apply(TEXT)
    connection.execute("update public.things set note = (array['7', 'seven', null, 'gone'])[id]")
    with managed(database.url) as objects:
        objects.remove(TEXT)
    connection.execute("delete from public.things where id = 4")
    return connection


@pytest.mark.parametrize(("patch", "type"), [(NUMBER, "integer"), (SHORT, "character varying(2)")])
def test_what_does_not_fit_is_counted_in_the_preview_and_the_former_type_brings_it_back(
    database: Database, things: Connection, pg_major: int, patch: TablePatch, type: str
) -> None:
    told = (PreconditionError, ApplyError) if pg_major == 15 else PreconditionError
    for act in ("preview", "apply"):
        with managed(database.url) as objects, pytest.raises(told) as refused:
            getattr(objects, act)(patch)
        assert (
            pg_major == 15
            or f"1 values that the archive keeps of column public.things.note are none of {type};"
            in (str(refused.value))
        )
        assert "column_values as kept" in str(refused.value)
    assert (
        column(
            things, "select attname from pg_attribute where attrelid = 'public.things'::regclass and attname = 'note'"
        )
        == []
    )

    with managed(database.url) as objects:
        objects.apply(TEXT)
    assert column(things, NOTES) == ["7", "seven", None]
    with managed(database.url) as objects:
        objects.apply(CONVERTED)
    assert column(things, NOTES) == ["1", "5", None]


def test_a_column_that_is_to_refuse_null_comes_back_in_two_deployments_which_the_refusal_says(
    database: Database, things: Connection
) -> None:
    required = TablePatch(table="things", columns=(Column(name="note", type="text", nullable=False),))
    things.execute("delete from public.things where id = 3")
    with managed(database.url) as objects, pytest.raises(PreconditionError) as refused:
        objects.preview(required)
    assert "let it hold NULL in a deployment of its own, which restores what the archive keeps of it" in str(
        refused.value
    )

    for patch in (TEXT, required):
        with managed(database.url) as objects:
            objects.apply(patch)
    assert column(things, NOTES) == ["7", "seven"]
    another = TablePatch(table="things", columns=(Column(name="size", type="integer", nullable=False),))
    with managed(database.url) as objects, pytest.raises(PreconditionError) as refused:
        objects.preview(another)
    assert "give it a default, or let it hold NULL until every row has a value" in str(refused.value)


def test_one_column_is_destroyed_by_its_name_and_its_successor_is_free(
    database: Database, things: Connection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)
    assert main(["purge", "public.things.other", "--yes"]) == Exit.MISSING
    assert "column public.things.note: 3 values" in capsys.readouterr().out
    # As an earlier version left it: the column exists, and what is to come back does not fit.
    things.execute("alter table public.things add column note integer")
    things.execute("update supaschema_archive.columns set added = 'null'")
    with managed(database.url) as objects, pytest.raises((PreconditionError, ApplyError)):
        objects.apply(NUMBER)

    assert main(["purge", "public.things.note"]) == Exit.FINDINGS
    assert main(["purge", "public.things.note", "--yes"]) == Exit.DONE

    with managed(database.url) as objects:
        assert objects.apply(NUMBER).empty
        objects.remove(NUMBER)

"""The ledger holds nothing of what was dropped: not after a deployment that was killed, nor after somebody's drop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import pytest

from supaschema.core.errors import ApplyError
from supaschema.core.model import Hazard
from supaschema.database.settings import Consent, Settings
from supaschema.declarations import Column, Index, TablePatch
from supaschema.engine.pipeline import Pipeline
from supaschema.provider.operations import Operations
from supaschema.registry import RESOURCES
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.objects import managed
from tests.support.sessions import Connection

FIRST, SECOND = Column(name="a", type="integer"), Column(name="b", type="integer")
BOTH = TablePatch(table="things", columns=(FIRST, SECOND))
ONE = TablePatch(table="things", columns=(FIRST,))
RECORDED: LiteralString = "select object from supaschema.objects order by 1"
COLUMNS: LiteralString = """
    select attname from pg_attribute
     where attrelid = 'public.things'::regclass and attnum > 0 and not attisdropped order by 1
"""
RESOURCE = RESOURCES["supaschema:index:TablePatch"]
URN = "urn:pulumi:test::objects::supaschema:index:TablePatch::things"


@pytest.fixture
def things(connection: Connection) -> Connection:
    """A table with a row."""
    connection.execute("create table public.things (id integer primary key)")
    connection.execute("insert into public.things values (1)")
    return connection


class KilledError(Exception):
    """A deployment that ends right before it records what it did."""


@contextmanager
def provider(database: Database) -> Iterator[Operations]:
    """Run the provider's verbs, as one command does."""
    operations = Operations(Settings(database_url=database.url, consents=(Consent(Hazard.TAKES_DATA_OUT_OF_USE),)))
    operations.declaring()
    try:
        yield operations
    finally:
        operations.pipeline.close()


def test_what_a_killed_deployment_dropped_is_nothing_of_the_stack(
    database: Database, things: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(name="things_a", table="things", keys=("a",))
    with managed(database.url) as objects:
        objects.apply(BOTH)
        objects.apply(index)
    things.execute("update public.things set b = 1")

    with monkeypatch.context() as killing, managed(database.url) as objects:
        killing.setattr(Pipeline, "_record", _killed)
        with pytest.raises(KilledError):
            objects.apply(ONE)
        with pytest.raises(KilledError):
            objects.remove(index)
    assert column(things, RECORDED) == ['["column", "public", "things", "a"]']
    things.execute("alter table public.things add column b text")
    with managed(database.url) as objects:
        assert objects.apply(ONE).empty

    assert column(things, COLUMNS) == ["a", "b", "id"]


def _killed(*_: object) -> None:
    raise KilledError


def test_what_somebody_dropped_is_told_and_forgotten_with_the_next_deployment(
    database: Database, things: Connection
) -> None:
    inputs, fewer = BOTH.to_inputs(), ONE.to_inputs()
    with provider(database) as first:
        made = first.create(RESOURCE, URN, inputs)
    things.execute("alter table public.things drop column b")
    with provider(database) as second:
        answer = second.diff(RESOURCE, URN, made.outputs, inputs, fewer, id=made.id)
        told = second.preview(RESOURCE, URN, made.outputs, fewer)
        updated = second.update(RESOURCE, URN, made.outputs, fewer)
    things.execute("alter table public.things add column b text")
    with provider(database) as third:
        later = third.diff(RESOURCE, URN, updated.outputs, fewer, fewer, id=made.id)

    assert answer.changed
    assert told == "column public.things.b exists no more, and is not declared: the ledger forgets it."
    assert column(things, RECORDED) == ['["column", "public", "things", "a"]']
    assert not later.changed
    assert column(things, COLUMNS) == ["a", "b", "id"]


def test_what_goes_wrong_in_a_removal_is_told_with_the_object(database: Database, things: Connection) -> None:
    with provider(database) as first:
        made = first.create(RESOURCE, URN, BOTH.to_inputs())
    with database.connect_superuser() as platform:
        platform.execute("""
            create function public.refuse() returns event_trigger language plpgsql as $$
              begin raise exception 'not today'; end
            $$;
            create event trigger refusing on sql_drop execute function public.refuse()
        """)

    with provider(database) as second, pytest.raises(ApplyError) as refused:
        second.delete(RESOURCE, URN, made.outputs)

    assert str(refused.value).startswith("public.things: ")

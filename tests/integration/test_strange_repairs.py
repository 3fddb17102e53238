"""What a sweep tells to undo a difference is run by a person, with the rights and the search_path of theirs."""

from __future__ import annotations

import pytest

from supaschema.core.sqltext import raw_sql
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Check, Column, PrimaryKey, Schema, Table, TablePatch, Trigger, TriggerEvent
from supaschema.drift.model import Finding
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import column, one
from tests.support.objects import managed


def found(database: Database) -> dict[str, Finding]:
    looking = Managed(Settings(database_url=database.url))
    try:
        return {item.title: item for item in swept(looking, KINDS).findings}
    finally:
        looking.close()


def undo(database: Database, item: Finding) -> None:
    """Do what is told, as an operator who pastes it into a session of their own."""
    with database.connect() as operator:
        operator.execute("set search_path = public")
        operator.execute(raw_sql("\n".join(item.repair)))


_PUBLICATIONS = (
    "p drop table app.mine; create role planted; --",
    "p\n; create role planted; --",
    "p in publication p; create role planted; --",
    'p"; create role planted; --',
    "Plain",
)


@pytest.mark.parametrize("name", _PUBLICATIONS)
@pytest.mark.parametrize("what", ['table app."Mine; create role planted; --"', "tables in schema app"])
def test_no_name_of_a_publication_is_another_statement(database: Database, stranger: Stranger, name: str, what: str):
    with managed(database.url) as objects:
        objects.apply(Schema(name="app"))
        objects.apply(
            Table(
                schema="app",
                name="Mine; create role planted; --",
                columns=(Column(name="id", type="integer", nullable=False),),
                primary_key=PrimaryKey(columns=("id",)),
            )
        )
    quoted = name.replace('"', '""')
    stranger.platform.execute(f'create publication "{quoted}" for {what}'.encode())
    stranger.platform.execute(f'alter publication "{quoted}" owner to postgres'.encode())
    (item,) = (item for item in found(database).values() if item.kind.startswith("publication"))

    undo(database, item)

    assert one(stranger.platform, "select count(*) from pg_roles where rolname = 'planted'") == 0
    assert not [item for item in found(database).values() if item.kind.startswith("publication")]
    assert column(stranger.platform, "select pubname from pg_publication") == [name]


_DAYS = """
    create table public.days (id integer primary key, code varchar(5), note text, tags text[]);
    insert into public.days values (1, 'a', 'b', '{c}')
"""


def test_what_is_told_is_read_as_it_was_recorded(database: Database, stranger: Stranger):
    with database.connect() as owner, managed(database.url) as objects:
        owner.execute(_DAYS)
        objects.apply(TablePatch(table="days", checks=(Check(name="low", expression="array_length(tags, 1) = 1"),)))
        owner.execute("alter table public.days drop constraint low")
    stranger.platform.execute("grant create, usage on schema public to stranger")
    stranger.connection.execute(
        "create function public.array_length(text[], integer) returns integer language sql immutable as"
        " 'select length(strange.noted($1[1]))'"
    )

    undo(database, found(database)["constraint public.days.low"])

    assert "constraint public.days.low" not in found(database)
    assert stranger.ran() == []


def test_nothing_is_told_that_would_run_code_of_others(database: Database, stranger: Stranger):
    with database.connect() as owner, managed(database.url) as objects:
        owner.execute(_DAYS)
        objects.apply(TablePatch(table="days", columns=(Column(name="code", type="varchar(5)"),)))
        owner.execute(
            "alter table public.days alter code type text; create index hung on public.days (strange.noted(note))"
        )

    told = found(database)["column public.days.code"].repair

    assert len(told) == 1
    assert told[0].startswith(
        "-- no statement by itself: public.days: index public.hung calls function strange.noted(text) of stranger"
    )


def test_nothing_is_told_that_would_stand_on_what_others_put_in_its_place(database: Database, stranger: Stranger):
    with database.connect() as owner, managed(database.url) as objects:
        owner.execute(_DAYS)
        objects.apply(Schema(name="app"))
        owner.execute("create function app.fired() returns trigger language plpgsql as 'begin return new; end'")
        objects.apply(Trigger(name="noting", table="days", events=(TriggerEvent.INSERT,), function="app.fired"))
        owner.execute("drop function app.fired() cascade")
    stranger.platform.execute("grant create, usage on schema app to stranger")
    stranger.connection.execute(
        "create function app.fired() returns trigger language plpgsql as 'begin return new; end'"
    )

    told = found(database)["trigger public.days.noting"].repair

    assert len(told) == 1
    assert "function app.fired() belongs to stranger" in told[0]
    assert told[0].startswith("-- ")

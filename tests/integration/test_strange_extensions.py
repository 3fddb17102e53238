"""Nothing of others is out of sight for being called an extension's or the platform's.

Who owns an extension adds to it what they own; who may make schemas calls one as the platform calls its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.security import findings
from supaschema.database.connect import Database as Managed
from supaschema.database.connect import connect
from supaschema.database.settings import Settings
from supaschema.declarations import Column, Policy, PolicyCommand, PrimaryKey, Table, TablePatch
from supaschema.drift.sweep import swept
from supaschema.portable.not_modelled import not_modelled
from supaschema.registry import KINDS
from supaschema.review.access.read import read
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import NAME, Stranger
from tests.support.catalog import column
from tests.support.objects import managed

_HIDDEN = """
    create extension citext schema strange;
    create view public.leak as select * from public.things;
    grant select on public.leak to anon;
    create function public.leaked() returns setof public.things language sql security definer as
      'select * from public.things';
    create table public.leaks (note text);
    grant select on public.leaks to anon;
    create operator public.@@@@ (leftarg = text, rightarg = text, function = pg_catalog.texteq);
    create type strange.word as enum ('a');
    create function strange.spelled(strange.word) returns text language sql as 'select null::text';
    create cast (strange.word as text) with function strange.spelled(strange.word);
    alter extension citext add type strange.word;
    alter extension citext add cast (strange.word as text);
    alter extension citext add view public.leak;
    alter extension citext add function public.leaked();
    alter extension citext add table public.leaks;
    alter extension citext add operator public.@@@@ (text, text);
"""


@pytest.fixture
def hidden(things: Database, stranger: Stranger) -> Database:
    """A table that a stack patches, and what a stranger made upon it and added to an extension of their own."""
    with managed(things.url) as objects:
        objects.apply(TablePatch(table="things", columns=(Column(name="more", type="text"),)))
    stranger.platform.execute(f"grant create on schema public to {NAME}; grant select on things to {NAME}".encode())
    # What the owner's own extension brings is an extension's, as before.
    with things.connect() as owner:
        owner.execute("create extension hstore schema public")
    stranger.connection.execute(_HIDDEN)
    return things


def test_a_sweep_tells_it(hidden: Database) -> None:
    looking = Managed(Settings(database_url=hidden.url))
    try:
        told = {item.title for item in swept(looking, KINDS).findings}
    finally:
        looking.close()

    assert {"view public.leak", "function public.leaked()"} <= told
    assert not [title for title in told if "hstore" in title]


def test_the_checks_and_what_tells_access_see_it(hidden: Database) -> None:
    with connect(Settings(database_url=hidden.url)) as connection:
        raised = {(found.check, found.object) for found in findings(connection)}
        brought = {routine.name: routine.extension for routine in read(connection).routines.values()}
        others = {it.name for it in not_modelled(connection, []) if it.sort in ("cast", "operator")}

    assert raised >= {
        ("definer_function_exposed", "public.leaked()"),
        ("function_search_path", "public.leaked()"),
        ("function_open_to_anon", "public.leaked()"),
        ("view_with_owner_rights", "public.leak"),
        ("granted_to_anon", "public.leak"),
        ("table_without_primary_key", "public.leaks"),
    }
    assert not [name for _, name in raised if name.startswith("public.hstore")]
    assert [brought[name] for name in ("leaked", "hstore_in", "citextin")] == [None, "hstore", "citext"]
    assert others == {"public.@@@@(pg_catalog.text,pg_catalog.text)", "(strange.word AS pg_catalog.text)"}


@pytest.fixture
def team(database: Database, stranger: Stranger) -> Iterator[str]:
    """A schema of a group that the owner trusts, and that the stranger is a member of, too."""
    stranger.platform.execute(f"""
        create role team;
        grant team to postgres, {NAME};
        create schema team authorization team;
    """)
    yield "team"
    stranger.platform.execute("drop owned by team cascade; drop role team")


def test_what_the_archive_holds_goes_with_no_extension_of_others(
    database: Database, stranger: Stranger, team: str
) -> None:
    table = Table(
        name="days",
        columns=(Column(name="id", type="integer", nullable=False), Column(name="word", type=f"{team}.word")),
        primary_key=PrimaryKey(columns=("id",)),
    )
    stranger.connection.execute(f"""
        create extension citext schema strange;
        create type {team}.word as enum ('a', 'b');
        alter type {team}.word owner to {team};
    """)
    with managed(database.url) as objects:
        objects.apply(table)
        with database.connect() as owner:
            owner.execute("insert into public.days values (1, 'b')")
        stranger.connection.execute(f"alter extension citext add type {team}.word")
        objects.remove(table)
    stranger.connection.execute("drop extension citext cascade")

    kept = column(stranger.platform, 'select to_jsonb(d)::text from supaschema_archive."public.days" d')
    assert kept == ['{"id": 1, "word": "b"}']


def test_a_trigger_on_a_table_of_the_platform_is_told_whatever_the_schema_of_its_function_is_called(
    things: Database, stranger: Stranger
) -> None:
    with managed(things.url) as objects:
        objects.apply(
            Policy(
                name="seen",
                schema="storage",
                table="objects",
                command=PolicyCommand.SELECT,
                to=("anon",),
                using="false",
            )
        )
    stranger.platform.execute(
        f"grant usage on schema storage to {NAME}; grant trigger on storage.objects to {NAME}".encode()
    )
    stranger.connection.execute("""
        create schema etl;
        create function etl.copied() returns trigger language plpgsql as 'begin return new; end';
        create trigger copied after insert on storage.objects for each row execute function etl.copied();
    """)
    looking = Managed(Settings(database_url=things.url))
    try:
        told = {item.title for item in swept(looking, KINDS).findings}
    finally:
        looking.close()

    assert "trigger storage.objects.copied" in told

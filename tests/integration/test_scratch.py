"""A snapshot that is rebuilt elsewhere is the database again, but for what is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from msgspec.structs import replace

from localdb import platform
from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.core.errors import PreconditionError
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Check, Column, CronJob, Declaration, Index, PrimaryKey, Table, View
from supaschema.ledger import Ledger
from supaschema.portable.model import SnapshotFile, save
from supaschema.portable.rebuild import Rebuilt, rebuilt, settings_for
from supaschema.portable.take import taken
from supaschema.registry import DEFINITIONS, KINDS
from supaschema.review import scratch_copy
from supaschema.review.access.tries.scratch import require
from tests.fixtures.postgres import Database, Server, create
from tests.support import objects
from tests.support.catalog import column, one
from tests.support.sessions import Connection

Run = Callable[..., tuple[int, str]]


@contextmanager
def managed(settings: Settings) -> Iterator[Managed]:
    database = Managed(settings)
    try:
        yield database
    finally:
        database.close()


def snapshot(url: str) -> SnapshotFile:
    with managed(Settings(url)) as database:
        return taken(database, KINDS)


def rebuild(url: str, found: SnapshotFile) -> Rebuilt:
    with managed(settings_for(url)) as database:
        return rebuilt(database, found, KINDS)


def named(found: Rebuilt) -> dict[str, str]:
    return {item.name: item.why for item in found.failures}


SAME = "operator public.===(pg_catalog.text,pg_catalog.text)"
"""What no kind models."""


@pytest.fixture
def empty(server: Server) -> Iterator[Database]:
    """A database with the platform and nothing else."""
    yield create(server, "scratch_platform")
    platform.drop_database(server.superuser_url, "scratch_platform")


@pytest.fixture
def plain(server: Server) -> Iterator[str]:
    """The URL of a database with nothing at all in it, as superuser."""
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute("create database scratch_plain template template0")
    yield platform.database_url(server.superuser_url, "scratch_plain")
    platform.drop_database(server.superuser_url, "scratch_plain")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; give its exit code and all that it said."""
    monkeypatch.delenv("SUPASCHEMA_DATABASE_URL", raising=False)

    def command(*arguments: str) -> tuple[int, str]:
        code = main(["scratch", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


def test_the_connector_system_is_rebuilt_with_its_ledger(deployed: Database, empty: Database) -> None:
    before = snapshot(deployed.url)

    found = rebuild(empty.url, before)

    after = snapshot(empty.url)
    assert named(found) == {}
    assert found.objects == found.of == len(before.facts)
    assert after.facts == before.facts
    assert after.ledger == before.ledger
    assert after.fingerprint == before.fingerprint
    with empty.connect() as connection:
        assert one(connection, "select count(*) from public.imported_documents") == 0


def test_a_program_finds_there_what_it_declared(connection: Connection, database: Database, empty: Database) -> None:
    state = Check(name="known", expression="state in ('new', 'done')")
    columns = (
        Column(name="id", type="integer", nullable=False),
        Column(name="state", type="varchar(10)", default="'new'"),
    )
    former = View(name="late_tasks", query="select id from public.tasks where state in ('new', 'late')")
    declared: tuple[Declaration, ...] = (
        Table(name="tasks", columns=columns, primary_key=PrimaryKey(columns=("id",)), checks=(state,)),
        Index(name="tasks_open", table="tasks", keys=("id",), where="state in ('new', 'late')"),
        replace(former, name="open_tasks", renamed_from=("late_tasks",)),
        CronJob(name="nightly", schedule="0 1 * * *", command="select 1"),
    )
    with objects.managed(database.url) as program:
        for item in (declared[0], former, *declared):
            program.apply(item)

    found = rebuild(empty.url, snapshot(database.url))

    assert "constraint public.tasks.known" in found.alike
    with objects.managed(empty.url) as program:
        assert [statement.text for item in declared for statement in program.preview(item).statements] == []
        (back,) = program.preview(former).statements
    assert back.text == 'alter view "public"."open_tasks" rename to "late_tasks"'


def test_what_cannot_be_rebuilt_is_named_with_what_stands_on_it(
    connection: Connection, database: Database, empty: Database
) -> None:
    connection.execute("create operator public.=== (function = texteq, leftarg = text, rightarg = text)")
    connection.execute("create table public.moods (id integer primary key, mood text)")
    connection.execute("create view public.sad as select id from public.moods where mood operator(public.===) 'sad'")
    connection.execute(
        "create function public.first() returns integer language sql begin atomic select id from public.sad; end"
    )
    connection.execute("create table public.fine (id integer primary key)")

    found = named(rebuild(empty.url, snapshot(database.url)))

    assert found[SAME] == "no kind models it."
    assert found["view public.sad"] == f"it stands on {SAME}, which no kind models."
    assert found["function public.first()"].startswith("it stands on ")
    with empty.connect() as rebuilt_there:
        assert one(rebuilt_there, "select to_regclass('public.fine') is not null") is True


def test_what_holds_a_secret_is_left_out_by_name(connection: Connection, database: Database, empty: Database) -> None:
    with database.connect_superuser() as superuser:
        superuser.execute("create schema supabase_functions")
        superuser.execute("create function supabase_functions.send() returns trigger language plpgsql as 'begin end'")
        superuser.execute("grant usage on schema supabase_functions to postgres")
    connection.execute("create table public.hooked (id integer)")
    connection.execute(
        "create trigger hook after insert on public.hooked for each row execute function supabase_functions.send('key')"
    )

    found = named(rebuild(empty.url, snapshot(database.url)))

    assert found["trigger public.hooked.hook"] == "a text of it is a secret, which the snapshot does not have."
    assert "table public.hooked" not in found


def test_roles_come_without_a_login_and_extensions_where_there_are_any(
    server: Server, empty: Database, plain: str
) -> None:
    with empty.connect_superuser() as superuser:
        superuser.execute("create role of_rows login password 'x' bypassrls")
        superuser.execute("create role of_many login noinherit createdb")
        superuser.execute("grant of_rows to of_many")
        superuser.execute("create table public.things (id integer)")
        superuser.execute("grant select on public.things to of_many")
        before = snapshot(empty.url)
        superuser.execute("revoke all on public.things from of_many")
        superuser.execute("drop role of_rows, of_many")
        lacking = msgspec.structs.replace(before.server.extensions[0], name="of_tomorrow")
        on = msgspec.structs.replace(before.server, extensions=(*before.server.extensions, lacking))
        try:
            found = named(rebuild(plain, msgspec.structs.replace(before, server=on)))
            roles = superuser.execute(
                "select rolname, rolcanlogin, rolinherit, rolbypassrls, rolcreatedb from pg_roles"
                " where rolname like 'of\\_%' order by 1"
            ).fetchall()
            member = one(superuser, "select pg_has_role('of_many', 'of_rows', 'member')")
        finally:
            with psycopg.connect(plain, autocommit=True) as there:
                there.execute("drop owned by of_many")
            superuser.execute("drop role if exists of_rows, of_many")

    assert roles == [("of_many", False, False, False, False), ("of_rows", False, True, True, False)]
    assert member is True
    assert found["extension of_tomorrow"] == "the server does not have it: install its package there."
    assert found.keys().isdisjoint({"extension pg_trgm", "table public.things", "table grants public.things"})


def test_the_copy_beside_it_goes_where_no_row_can_be_made_up(
    database: Database, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise PreconditionError("nothing can be made up.")

    monkeypatch.setattr(scratch_copy, "plant", fails)
    managed_here = snapshot(database.url)

    with (
        pytest.raises(PreconditionError, match="nothing can be made up"),
        scratch_copy.scratch_of(managed_here, settings_for(empty.url)),
    ):
        pass

    with empty.connect() as connection:
        assert one(connection, "select count(*) from pg_database where datname = 'scratch_platform_before'") == 0


def test_a_database_that_is_not_empty_is_refused_by_names(
    connection: Connection, database: Database, empty: Database
) -> None:
    before = snapshot(empty.url)
    with empty.connect() as there:
        there.execute("create schema app")
        there.execute("create table app.notes (id integer)")

        with pytest.raises(PreconditionError, match=r"it has table app\.notes"):
            rebuild(empty.url, before)
        there.execute("drop table app.notes")
        there.execute("create type app.mood as enum ('sad')")
        with pytest.raises(PreconditionError, match=r"it has type app\.mood"):
            rebuild(empty.url, before)
        there.execute("drop type app.mood")
        Ledger(DEFINITIONS).install(there, Managed(settings_for(empty.url)).server)
        there.execute(
            'insert into supaschema.objects (object, urn, made, server_major) values (\'["schema", "app"]\','
            " 'urn:pulumi:prod::x::supaschema:index:Schema::app', true, 17)"
        )
        with pytest.raises(PreconditionError, match="it has ledger of stack prod"):
            rebuild(empty.url, before)


def test_the_command_says_what_came_of_it(
    connection: Connection, database: Database, empty: Database, tmp_path: Path, run: Run
) -> None:
    connection.execute("create operator public.=== (function = texteq, leftarg = text, rightarg = text)")
    file = tmp_path / "snapshot.json.gz"
    save(snapshot(database.url), file)

    missing, said_without = run(str(file))
    code, said = run(str(file), "--database", empty.url, "--format", "json")
    again, said_again = run(str(file), "--database", empty.url)

    assert (missing, code, again) == (Exit.MISSING, Exit.FINDINGS, Exit.MISSING)
    assert "no database is named to rebuild in. Give an empty one, by its URL" in said_without
    told: dict[str, Any] = json.loads(said)
    assert told["version"] == 1
    assert told["rebuilt"] == told["of"]
    assert told["notRebuilt"] == [{"name": SAME, "why": "no kind models it."}]
    assert "the database is not empty" in said_again


def test_the_stacks_own_database_is_never_taken(
    database: Database, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)

    assert run(str(tmp_path / "snapshot.json.gz"))[0] == Exit.MISSING


def test_a_snapshot_of_a_snapshot_that_is_whole_says_so(
    empty: Database, server: Server, tmp_path: Path, run: Run
) -> None:
    file = tmp_path / "snapshot.json.gz"
    with empty.connect() as connection:
        connection.execute("create table public.notes (id integer primary key)")
        save(snapshot(empty.url), file)
        connection.execute("drop table public.notes")

        code, said = run(str(file), "--database", empty.url)

        assert code == Exit.DONE
        assert "objects are as in the snapshot." in said
        require(connection)
        assert column(connection, "select relname from pg_class where relname = 'notes'") == ["notes"]
        assert one(connection, "select to_regnamespace('supaschema') is null") is True

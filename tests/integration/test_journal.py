"""The journal of changes: who changed what and when, told with what a sweep finds; no command of others fails by it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import LiteralString

import jsonschema
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings, settings_from
from supaschema.declarations import Column, InlineAccess, InlinePolicy, PolicyCommand, PrimaryKey, Table
from supaschema.drift import text, written
from supaschema.drift.markdown import markdown
from supaschema.drift.model import Result
from supaschema.drift.sweep import swept
from supaschema.ledger import journal
from supaschema.portable.not_modelled import not_modelled
from supaschema.provider.operations import Operations
from supaschema.provider.outputs import outputs
from supaschema.registry import KINDS, RESOURCES
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import managed
from tests.support.sessions import Connection

_SCHEMA = json.loads(Path(text.__file__).with_name("drift.schema.json").read_text(encoding="utf-8"))
_NOTES = Table(
    name="notes",
    columns=(Column(name="id", type="bigint", nullable=False), Column(name="body", type="text")),
    primary_key=PrimaryKey(columns=("id",)),
    access=InlineAccess(
        policies=(InlinePolicy(name="all", command=PolicyCommand.SELECT, to=("authenticated",), using="true"),)
    ),
)


_MANY = "do $$ begin for i in 1..{} loop execute format('create view many.v%s as select 1', i); end loop; end $$"


@pytest.fixture
def kept(database: Database) -> Database:
    """A database whose stack, which a superuser deploys, wants a journal."""
    with managed(database.superuser_url, journal_days=30) as objects:
        assert journal.NOT_WRITTEN not in objects.apply(_NOTES).notes
    return database


def look(url: str) -> Result:
    with closing(Managed(Settings(database_url=url))) as looking:
        return swept(looking, KINDS)


def ours(result: Result) -> list[str]:
    """Return what is found of the ledger, or of the table that is as it is declared."""
    return [item.title for item in result.findings if "supaschema" in item.title or "notes" in item.title]


def by_hand(kept: Database) -> Connection:
    return psycopg.connect(make_conninfo(kept.superuser_url, application_name="by hand"), autocommit=True)


def entries(connection: Connection) -> list[tuple[str, str, str]]:
    rows = connection.execute("select login, command, object from supaschema.journal order by id desc")
    return [(str(login), str(command), str(object)) for login, command, object in rows]


@contextmanager
def provider(kept: Database, days: int | None) -> Iterator[Operations]:
    verbs = Operations(settings_from({"databaseUrl": kept.superuser_url, "journalDays": days}))
    try:
        yield verbs
    finally:
        verbs.pipeline.close()


def test_a_sweep_tells_who_did_it_and_when(kept: Database) -> None:
    before = look(kept.superuser_url)
    assert not [it for it in before.findings if it.changes]
    with by_hand(kept) as connection:
        for statement in (
            'drop policy "all" on public.notes',
            "alter table public.notes add column secret text default 'hunter2'",
            "create index by_hand on public.notes (body)",
            "grant select on public.notes to anon",
        ):
            connection.execute(statement.encode())
        who = str(one(connection, "select session_user"))

    result = look(kept.superuser_url)

    found = [item for item in result.findings if item not in before.findings]
    told = {item.title: [(it.command, it.object) for it in item.changes] for item in found}
    assert told == {
        "policy public.notes.all": [("DROP POLICY", '"all" on public.notes')],
        "column public.notes.secret": [("ALTER TABLE", "public.notes")],
        "index public.notes.by_hand": [("CREATE INDEX", "public.by_hand")],
        "table grants public.notes to anon": [("GRANT", None)],
    }
    assert {(it.login, it.role, it.application) for item in found for it in item.changes} == {(who, None, "by hand")}
    document = json.loads(written.text(result))
    jsonschema.validate(document, _SCHEMA)
    assert written.parsed(document) == result
    shown = "\n".join(text.lines(result))
    assert "by: " + text.traced(found[0].changes[0]) in shown
    assert "The journal of changes has" in shown
    assert "(by hand)" in markdown(result)
    with kept.connect_superuser() as platform:
        assert "hunter2" not in str(platform.execute("select * from supaschema.journal").fetchall())


_HOSTILE: tuple[LiteralString, ...] = (
    # What the function names, in the place of the server's own, found first by whoever fires it.
    "set search_path = pg_temp, public",
    "create temporary table journal (login text)",
    "create type pg_temp.text as (hidden int)",
    "create function pg_temp.now() returns timestamptz language sql as 'select null::timestamptz'",
    "set plpgsql.extra_errors = 'all'",
    "set role authenticated",
    "set application_name = E'\\x1b[31m\n::error::'",
)


def test_whoever_changes_something_is_entered_and_may_do_no_more(kept: Database) -> None:
    with kept.connect() as visitor:
        for statement in _HOSTILE:
            visitor.execute(statement)
        visitor.execute("set role postgres")
        visitor.execute('create table public."a\nb" (id int)')
        visitor.execute('drop table public."a\nb"')
        # In no schema, whatever it is called.
        for statement in _CALLED_TEMPORARY:
            visitor.execute(statement)
        visitor.execute("reset role")
        for refused in ("select supaschema.note_change()", "delete from supaschema.journal", _FORGED):
            with pytest.raises(psycopg.Error):
                visitor.execute(refused)
    with kept.connect_superuser() as platform:
        found = [it for it in entries(platform) if it[0] == "postgres"]
        pairs = [(command, "pg_temp_x") for command in ("DROP PUBLICATION", "CREATE PUBLICATION")]
        assert [it[1:] for it in found[:2]] == pairs
        assert found[2:4] == [
            ("postgres", "DROP TABLE", 'public."a\nb"'),
            ("postgres", "CREATE TABLE", 'public."a\nb"'),
        ]
        # What is temporary is nobody's drift.
        assert not [it for it in found[2:] if "pg_temp" in it[2]]
        assert one(platform, "select role from supaschema.journal order by id desc limit 1") == "postgres"


_CALLED_TEMPORARY: tuple[LiteralString, ...] = (
    "create publication pg_temp_x",
    "create temporary table passing (id int primary key check (id > 0))",
    "create policy passes on passing",
    "drop publication pg_temp_x",
)
_FORGED = "insert into supaschema.journal (login, application, command, object_type) values ('x', 'x', 'x', 'x')"


def _gone(platform: Connection) -> None:
    platform.execute("alter table supaschema.journal rename to elsewhere")


def _refuses(platform: Connection) -> None:
    platform.execute("alter table supaschema.journal add check (false) not valid")


@pytest.mark.parametrize("broken", [_gone, _refuses])
def test_no_command_fails_by_it(kept: Database, broken: Callable[[Connection], None]) -> None:
    with kept.connect_superuser() as platform, kept.connect() as visitor:
        broken(platform)
        visitor.execute("create table public.mine (id int)")
        visitor.execute("drop table public.mine")


def test_no_command_waits_for_it_or_is_undone_by_another(kept: Database) -> None:
    with kept.connect_superuser() as platform, kept.connect() as visitor, kept.connect() as second:
        with platform.transaction():
            platform.execute("lock table supaschema.journal")
            begin = time.monotonic()
            visitor.execute("create table public.mine (id int)")
            assert time.monotonic() - begin < 5
            assert one(visitor, "show lock_timeout") == one(second, "show lock_timeout")
        for isolation in ("repeatable read", "serializable"):
            for each in (visitor, second):
                each.execute(f"begin isolation level {isolation}".encode())
                each.execute("select count(*) from pg_class")
            visitor.execute("create table public.one_more (id int)")
            second.execute("create table public.another (id int)")
            visitor.execute("commit")
            second.execute("commit")
            visitor.execute("drop table public.one_more, public.another")


def test_it_keeps_so_many_entries_for_so_long(kept: Database) -> None:
    fill: LiteralString = """
        insert into supaschema.journal (at, login, application, command, object_type)
        select {}, 'x', 'x', 'x', 'x' from generate_series(1, {})
    """
    with kept.connect_superuser() as platform:
        platform.execute("truncate supaschema.journal")
        platform.execute(fill.format("now() - interval '31 days'", 900).encode())
        platform.execute(fill.format("now() - interval '29 days'", 10).encode())
        platform.execute("create table public.mine (id int)")
        assert one(platform, "select count(*) from supaschema.journal") == 11

        platform.execute(fill.format("now()", 10_600).encode())
        platform.execute("drop table public.mine")
        assert one(platform, "select count(*) from supaschema.journal") == 10_000
        # One command that drops many enters a bounded number, and that there were more; not where there were not.
        for count, also in ((700, ["more than 500 objects; the rest is not kept"]), (100, [])):
            platform.execute("create schema many")
            platform.execute(_MANY.format(count).encode())
            platform.execute("truncate supaschema.journal")
            platform.execute("drop schema many cascade")
            of_many = "from supaschema.journal where command = 'DROP SCHEMA' and object_type"
            assert (one(platform, f"select count(*) {of_many} <> 'more'") == 500) is bool(also)
            assert column(platform, f"select object {of_many} = 'more'") == also
        assert one(platform, "select count(*) <= 10500 from supaschema.journal") is True


def test_what_one_command_did_beyond_what_is_kept_is_told_of_what_nothing_else_is_known(kept: Database) -> None:
    with kept.connect_superuser() as platform:
        platform.execute("create schema many")
        platform.execute(_MANY.format(700).encode())
        platform.execute("alter table public.notes add column added text")
        platform.execute("set application_name = 'many'; drop schema many cascade; drop table public.notes")
        platform.execute("delete from supaschema.journal where 'notes' = any (names)")

    result = look(kept.superuser_url)

    assert result.journal is not None
    assert "1 command changed more objects than it keeps of one command" in result.journal
    found = next(it for it in result.findings if it.title == "table public.notes")
    assert [(it.application, it.command, it.object) for it in found.changes] == [
        ("many", "DROP SCHEMA", "more than 500 objects; the rest is not kept")
    ]


def test_a_sweep_reads_no_more_of_it_than_it_is_to_have(kept: Database) -> None:
    # Serializable transactions cut nothing off.
    fill = "insert into supaschema.journal (login, application, command, object_type) select 'x', 'x', 'x', 'x'"
    with kept.connect_superuser() as platform:
        platform.execute("create index by_hand on public.notes (body)")
        for count, told in ((9_990, True), (10, False)):
            platform.execute(f"{fill} from generate_series(1, {count})".encode())
            found = next(it for it in look(kept.superuser_url).findings if it.title == "index public.notes.by_hand")
            assert bool(found.changes) is told


def test_it_is_no_drift_itself_and_a_sweep_tells_where_it_is_not_written(kept: Database) -> None:
    with kept.connect_superuser() as platform:
        assert [it for it in not_modelled(platform, ()) if it.name.startswith("supaschema")] == []
        assert "is not written" not in str(look(kept.superuser_url).journal)
        platform.execute("alter event trigger supaschema_journal_made disable")
        result = look(kept.superuser_url)
        assert ours(result) == []
        assert "is not written: its event triggers are missing or disabled" in str(result.journal)


def test_a_setting_alone_is_carried_out_by_one_update(kept: Database) -> None:
    resource, news, urn = RESOURCES["supaschema:index:Table"], _NOTES.to_inputs(), one_urn(kept)
    with kept.connect_superuser() as platform:
        old = outputs(Table, news, urn, int(str(one(platform, "select max(generation) from supaschema.objects"))))
        platform.execute("grant select on supaschema.recorded to authenticator")
    for days, exists in ((30, True), (None, False), (7, True)):
        with provider(kept, days) as verbs:
            due = verbs.diff(resource, urn, old, news, news, id="public.notes").changed
            assert due is (days != 30)
            assert (journal.DUE in verbs.preview(resource, urn, old, news)) is due
        if due:
            with provider(kept, days) as verbs:
                verbs.update(resource, urn, old, news)
        with kept.connect_superuser() as platform:
            assert one(platform, "select to_regclass('supaschema.journal') is not null") is exists
            assert one(platform, "select count(*) from pg_event_trigger where evtname ~ 'supaschema'") == 2 * exists
    # Who is told of the ledger is told of the journal that was made since.
    with kept.connect_superuser() as platform:
        told = "select has_table_privilege('authenticator', 'supaschema.journal', {})"
        assert one(platform, told.format("'select'")) is True
        assert one(platform, told.format("'insert'")) is False


def one_urn(kept: Database) -> str:
    with kept.connect_superuser() as platform:
        return str(one(platform, "select urn from supaschema.objects limit 1"))


def test_it_stays_while_another_stack_wants_it_and_goes_with_the_last(kept: Database) -> None:
    with kept.connect_superuser() as platform:
        platform.execute("insert into supaschema.journal_wanted values ('urn:pulumi:other::supaschema::', 60)")
        journal.leave(platform, "urn:pulumi:test::objects::")
        assert one(platform, "select to_regclass('supaschema.journal') is not null") is True
        # A claim takes along what the stack wanted.
        journal.relabel(platform, "urn:pulumi:other::", "urn:pulumi:third::")
        assert one(platform, "select stack from supaschema.journal_wanted") == "urn:pulumi:third::supaschema::"
        journal.leave(platform, "urn:pulumi:third::supaschema::")
        assert one(platform, "select to_regclass('supaschema.journal') is null") is True


def test_destroy_takes_it_along(kept: Database) -> None:
    urn = one_urn(kept)
    with provider(kept, 30) as verbs:
        verbs.delete(RESOURCES["supaschema:index:Table"], urn, outputs(Table, _NOTES.to_inputs(), urn, 1))

    with kept.connect_superuser() as platform:
        assert one(platform, "select count(*) from pg_event_trigger where evtname ~ 'supaschema'") == 0
        assert one(platform, "select to_regclass('supaschema.journal') is null") is True


def test_a_role_that_may_not_is_told_so_once_and_all_else_works(database: Database) -> None:
    with managed(database.url, journal_days=30) as objects:
        assert journal.NOT_WRITTEN in objects.apply(_NOTES).notes
        assert journal.NOT_WRITTEN not in objects.apply(_NOTES).notes

    result = look(database.url)

    assert ours(result) == []
    assert "is not written" in str(result.journal)

"""What the auditor is told, and that nothing more is to be had by the same ways."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, LiteralString

import msgspec
import psycopg
import pytest
from psycopg import errors, sql

from connectors import retention, security, storage
from roles import SCHEMA_AUDITOR
from supaschema.core.errors import ConnectionRefused, OwnershipError
from supaschema.core.model import ObjectId
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Check, Column, CronJob, Declaration, Function, Schema, TablePatch, View
from supaschema.engine.pipeline import Pipeline
from supaschema.registry import KINDS
from supaschema.resources.base import Resource
from supaschema.resources.bucket import BucketResource
from supaschema.resources.cron_job import CronJobResource
from tests.bench.queues import QUEUES
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import managed
from tests.support.sessions import Connection

NIGHT = Path(__file__).resolve().parents[2] / ".github" / "workflows" / "drift.yml"

# As far as the auditor may go by itself: everything it can call by name, with its own types in front.
_TRAPS: tuple[LiteralString, ...] = (
    """
    create function pg_temp.spring(value anyelement) returns boolean language plpgsql as
      $$ begin raise exception 'sprung as %', current_user; end $$
    """,
    "create domain pg_temp.text as pg_catalog.text check (pg_temp.spring(value))",
    "create domain pg_temp.json as pg_catalog.json check (pg_temp.spring(value))",
    "create domain pg_temp.jsonb as pg_catalog.jsonb check (pg_temp.spring(value))",
    "create domain pg_temp.name as pg_catalog.name check (pg_temp.spring(value))",
    "create domain pg_temp.bool as pg_catalog.bool check (pg_temp.spring(value))",
    "create temporary table job (jobname pg_catalog.text, username pg_catalog.text)",
    "create temporary table objects (object pg_catalog.text)",
    "create temporary table pg_tables (schemaname pg_catalog.text, tablename pg_catalog.text)",
)
_TOLD: dict[str, LiteralString] = {
    "buckets": "select * from supaschema.buckets() as told order by 1",
    "jobs": "select * from supaschema.jobs() as told order by 1",
    "archived": "select * from supaschema.archived() as told order by 1, 2",
    "plans": "select * from private.queue_plans() as told order by 1",
}


_DECLARED: dict[str, tuple[Resource[Any], Declaration]] = {
    "buckets": (BucketResource(), storage.bucket("connector-imports")),
    "jobs": (CronJobResource(), retention.job("connector-sync-logs", "public.purge_connector_sync_logs", 7)),
}


def test_it_is_told_the_settings_of_every_bucket(auditor: Connection, audited: Database) -> None:
    with audited.connect() as owner:
        buckets = owner.execute(
            "select id, public, file_size_limit, allowed_mime_types from storage.buckets order by id"
        ).fetchall()

    assert len(buckets) >= 4
    assert auditor.execute(_TOLD["buckets"]).fetchall() == buckets


def test_it_is_told_the_owners_jobs_and_the_commands_of_those_that_stacks_declare(
    auditor: Connection, audited: Database
) -> None:
    with audited.connect() as owner, audited.connect_superuser() as platform:
        owner.execute("select cron.schedule('by hand', '1 1 * * *', 'select ''a key''')")
        platform.execute("select cron.schedule('of another', '2 2 * * *', 'select 2')")

    here = audited.name
    assert auditor.execute(_TOLD["jobs"]).fetchall() == [
        ("by hand", "1 1 * * *", None, True, here),
        ("connector-sync-logs", "7 * * * *", "select public.purge_connector_sync_logs()", True, here),
        ("connector-webhook-events", "37 * * * *", "select public.purge_connector_webhook_events()", True, here),
    ]


KEY = "sk_live_4711-of-a-customer"
_BY_HAND: tuple[LiteralString, ...] = (
    "select cron.schedule('nightly', '1 1 * * *', 'select ''sk_live_4711-of-a-customer''')",
    """
    create function public.speak() returns text language plpgsql as
      $$ begin return 'sk_live_4711-of-a-customer'; end $$
    """,
    "create view public.spoken with (security_invoker) as select 'sk_live_4711-of-a-customer' as word",
    "create table public.told (id uuid primary key, word text default 'sk_live_4711-of-a-customer')",
    "alter table public.told add constraint short check (word <> 'sk_live_4711-of-a-customer')",
)
_INSTEAD = (
    CronJob(name="nightly", schedule="1 1 * * *", command="select 1"),
    Function(name="speak", returns="text", body="begin return 'nothing'; end"),
    View(name="spoken", query="select 'nothing' as word"),
    TablePatch(
        table="told",
        columns=(Column(name="word", type="text", default="'nothing'"),),
        checks=(Check(name="short", expression="word <> 'nothing'"),),
    ),
)


def all_told(auditor: Connection) -> str:
    """Return all that the auditor can read of the ledger, of the archive and of the jobs, by whatever name."""
    relations = auditor.execute(
        "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname in ('supaschema', 'supaschema_archive', 'cron') and c.relkind in ('r', 'v')"
    ).fetchall()
    told = [str(auditor.execute(query).fetchall()) for query in _TOLD.values()]
    for schema, name in relations:
        try:
            query = sql.SQL("table {}").format(sql.Identifier(str(schema), str(name)))
            told.append(str(auditor.execute(query).fetchall()))
        except errors.InsufficientPrivilege:
            continue
    return "\n".join(told)


def test_it_reads_no_text_of_what_was_there_before_and_no_statement_that_was_run(
    auditor: Connection, audited: Database
) -> None:
    with audited.connect() as owner:
        for statement in _BY_HAND:
            owner.execute(statement)
        with managed(audited.url) as objects:
            for declared in _INSTEAD:
                objects.apply(declared)
            assert one(owner, "select count(*) from supaschema.objects where before::text like %s", f"%{KEY}%") == 5
            assert KEY not in all_told(auditor)
            # A job that a stack declares, and into which somebody wrote a key.
            owner.execute("select cron.schedule('nightly', '1 1 * * *', 'select ''sk_live_4711-of-a-customer'', 2')")
            assert KEY not in all_told(auditor)
            for declared in _INSTEAD:
                objects.remove(declared)
        assert one(owner, "select count(*) from supaschema.history where statement like %s", f"%{KEY}%") == 5

    assert KEY not in all_told(auditor)


def test_it_plans_as_the_owner_what_puts_back_a_text_that_is_live(
    audited: Database, machine_urls: dict[str, str]
) -> None:
    kept = TablePatch(table="told", columns=(Column(name="word", type="text", default="'nothing'"),))
    with audited.connect() as owner:
        for statement in _BY_HAND:
            owner.execute(statement)
    check = Check(name="short", expression=f"word <> '{KEY}'")
    with managed(audited.url) as objects, managed(machine_urls["schema_auditor"]) as looking:
        objects.apply(msgspec.structs.replace(kept, checks=(check,)))
        assert not looking.preview(kept).statements
        objects.apply(msgspec.structs.replace(kept, checks=(Check(name="short", expression="word <> ''"),)))
    with managed(audited.url) as objects, managed(machine_urls["schema_auditor"]) as looking:
        asked = [statement.text for statement in objects.preview(kept).statements]
        told = [statement.text for statement in looking.preview(kept).statements]
    assert len(told) == len(asked)
    assert KEY in str(asked)
    assert KEY not in str(told)
    assert "not told" in str(told)


def test_a_ledger_that_others_read_is_closed_to_them_by_the_next_write(audited: Database) -> None:
    with audited.connect() as owner:
        owner.execute("create role reader_of_old")
        try:
            owner.execute("grant select on supaschema.objects, supaschema.history to reader_of_old")
            owner.execute("comment on schema supaschema is 'The ledger of supaschema, version 2.'")
            with managed(audited.url) as objects:
                objects.apply(CronJob(name="nightly", schedule="1 1 * * *", command="select 1"))
            able: LiteralString = "select has_table_privilege('reader_of_old', %s, 'select')"
            wanted = {"objects": False, "history": False, "recorded": True}
            assert {name: one(owner, able, f"supaschema.{name}") for name in wanted} == wanted
        finally:
            owner.execute("revoke all on supaschema.recorded from reader_of_old")
            owner.execute("drop role reader_of_old")


def test_it_is_told_what_is_kept_aside_and_none_of_its_rows(auditor: Connection, audited: Database) -> None:
    with audited.connect() as owner:
        owner.execute("insert into supaschema_archive.columns (relation, column_name) values ('public.x', 'y')")

    assert auditor.execute(_TOLD["archived"]).fetchall() == [("public.x", "y", False, None, None)]
    with pytest.raises(errors.InsufficientPrivilege):
        auditor.execute("select * from supaschema_archive.column_values")


def test_it_is_told_the_plans_of_the_queue_queries(auditor: Connection, audited: Database) -> None:
    told = auditor.execute(_TOLD["plans"]).fetchall()

    with audited.connect() as owner:
        owner.execute("set search_path = ''")
        asked = [(queue.name, one(owner, f"explain (format json) {queue.query}")) for queue in QUEUES]
    assert told == sorted(asked)


def test_its_own_temporary_types_and_tables_are_not_taken_for_the_servers(
    auditor: Connection, machine_urls: dict[str, str]
) -> None:
    fair = {name: auditor.execute(query).fetchall() for name, query in _TOLD.items()}

    # A session of its own, in which no function is compiled before the traps are set.
    with psycopg.connect(machine_urls["schema_auditor"], autocommit=True) as trapped:
        for trap in _TRAPS:
            trapped.execute(trap)
        with pytest.raises(errors.RaiseException, match="sprung as schema_auditor"):
            trapped.execute("select 'x'::pg_temp.text")
        for name, query in _TOLD.items():
            # A plan spells the server's types out where others hide them.
            told = str(trapped.execute(query).fetchall())
            assert told.replace("::pg_catalog.", "::") == str(fair[name])


def test_nobody_else_may_ask(audited: Database) -> None:
    with audited.connect() as owner:
        able = column(
            owner,
            "select distinct g.grantee::regrole::text from pg_proc p,"
            " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g"
            " where p.pronamespace = 'supaschema'::regnamespace or p.oid = 'private.queue_plans()'::regprocedure",
        )

    assert able == ["postgres"]


def test_a_ledger_of_the_first_version_is_brought_up_to_date_by_the_next_write(audited: Database) -> None:
    with audited.connect() as owner:
        age(owner)
        pipeline = Pipeline(Managed(Settings(database_url=audited.url)), KINDS)
        try:
            pipeline._ledger_store.install(owner, pipeline.database.server)
        finally:
            pipeline.close()

        assert len(column(owner, "select jobname from supaschema.jobs()")) == 2
        assert one(owner, "select count(*) from supaschema.objects where object like '%cron_job%'") == 2


_FOURTH: LiteralString = """
    drop function supaschema.jobs, supaschema.archived;
    create function supaschema.jobs() returns table (jobname text, schedule text, command text, active boolean)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
      select j.jobname, j.schedule, o.spelling ->> 'command', j.active
        from cron.job j
        join supaschema.objects o on o.object::jsonb = jsonb_build_array('cron_job', j.jobname)
       where j.username = current_user $$;
    create function supaschema.archived() returns table (relation text, column_name text, coming_back boolean)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
      select t.relation, null, false from supaschema_archive.tables t $$;
    revoke all on function supaschema.jobs, supaschema.archived from public;
    grant execute on function supaschema.jobs, supaschema.archived to schema_auditor;
    alter table supaschema_archive.tables drop column types;
    comment on schema supaschema is 'The ledger of supaschema, version 4.'
"""


def test_what_is_told_more_than_before_is_told_to_whom_it_was_told_before(
    audited: Database, auditor: Connection, machine_urls: dict[str, str]
) -> None:
    _, declared = _DECLARED["jobs"]
    with audited.connect() as owner:
        owner.execute(_FOURTH)
        owner.execute("insert into supaschema_archive.tables values ('public.gone', 'public.gone')")
    with managed(machine_urls["schema_auditor"]) as objects:
        assert objects.imported(declared) == msgspec.structs.replace(declared, where_available=False)

    with managed(audited.url) as objects:
        objects.apply(Schema(name="next"))

    with managed(machine_urls["schema_auditor"]) as objects:
        assert objects.imported(declared) == msgspec.structs.replace(declared, where_available=False)
    assert {row[4] for row in auditor.execute(_TOLD["jobs"])} == {audited.name}
    assert auditor.execute(_TOLD["archived"]).fetchall() == [("public.gone", None, False, None, None)]
    called = "select proname from pg_proc where pronamespace = 'supaschema'::regnamespace and proname like '%earlier%'"
    assert column(auditor, called) == []


def test_a_ledger_of_the_first_version_is_read_by_its_owner_and_refused_to_the_auditor(
    audited: Database, machine_urls: dict[str, str]
) -> None:
    with audited.connect() as owner:
        age(owner)
    assert ledger_size(audited.url) > 70

    with pytest.raises(ConnectionRefused, match=r"made by an earlier version.* Deploy as its owner once"):
        ledger_size(machine_urls["schema_auditor"])


def test_the_auditor_reads_the_same_catalog_and_ledger_as_the_owner(
    audited: Database, machine_urls: dict[str, str]
) -> None:
    assert everything(machine_urls["schema_auditor"]) == everything(audited.url)
    assert ledger_size(machine_urls["schema_auditor"]) == ledger_size(audited.url)


def test_it_trusts_what_the_ledgers_owner_trusts(audited: Database, machine_urls: dict[str, str]) -> None:
    declared = Function(schema="private", name="told", returns="integer", language="sql", body="select 1")
    with audited.connect_superuser() as platform:
        platform.execute(f'alter database "{audited.name}" owner to supabase_admin'.encode())
        with managed(machine_urls["schema_auditor"]) as objects:
            assert objects.preview(declared).statements
        platform.execute("alter schema private owner to authenticated")
        with (
            managed(machine_urls["schema_auditor"]) as objects,
            pytest.raises(OwnershipError, match=r"private belongs to authenticated.*owner to postgres"),
        ):
            objects.preview(declared)
        platform.execute("alter schema private owner to postgres")


@pytest.mark.parametrize("told", ["nobody", "the owner"])
def test_who_may_not_ask_for_the_servers_identity_is_not_told_that_this_is_a_copy(
    audited: Database, machine_urls: dict[str, str], told: str
) -> None:
    with audited.connect_superuser() as platform:
        platform.execute("revoke execute on function pg_catalog.pg_control_system() from public, pg_monitor")
        if told == "the owner":
            platform.execute("grant execute on function pg_catalog.pg_control_system() to postgres")

    assert ledger_size(machine_urls["schema_auditor"]) == ledger_size(audited.url) > 70

    with audited.connect() as owner:
        owner.execute("update supaschema.identity set database_oid = 1")
    with pytest.raises(OwnershipError, match="this one is a copy"):
        ledger_size(machine_urls["schema_auditor"])


@pytest.mark.parametrize(
    ("function", "id"),
    [
        ("buckets", ObjectId("bucket", ("connector-imports",))),
        ("jobs", ObjectId("cron_job", ("connector-sync-logs",))),
    ],
    ids=["buckets", "jobs"],
)
def test_what_it_can_be_shown_in_no_way_is_said_and_not_planned_anew(
    audited: Database, machine_urls: dict[str, str], function: str, id: ObjectId
) -> None:
    with audited.connect() as owner:
        owner.execute(
            sql.SQL("revoke execute on function supaschema.{} from schema_auditor").format(sql.Identifier(function))
        )
    pipeline = Pipeline(Managed(Settings(database_url=machine_urls["schema_auditor"])), KINDS)
    try:
        owners = pipeline.state.ledger().owners
        resource, declared = _DECLARED[function]
        with pytest.raises(ConnectionRefused, match="role schema_auditor is not shown the rows of"):
            pipeline.intent(resource, owners[id], declared)
    finally:
        pipeline.close()


def age(owner: Connection) -> None:
    """Make the ledger one of the first version."""
    owner.execute("drop function supaschema.buckets, supaschema.jobs, supaschema.archived")
    owner.execute("comment on schema supaschema is null")


def ledger_size(url: str) -> int:
    """Return how many objects the ledger holds, read as this login."""
    pipeline = Pipeline(Managed(Settings(database_url=url)), KINDS)
    try:
        return len(pipeline.state.ledger().owners)
    finally:
        pipeline.close()


def everything(url: str) -> dict[str, Any]:
    """Return the whole catalog as this login reads it."""
    pipeline = Pipeline(Managed(Settings(database_url=url)), KINDS)
    try:
        return {str(id): json.dumps(str(definition)) for id, definition in pipeline.state.everything().items()}
    finally:
        pipeline.close()


def test_it_runs_the_checks_that_the_night_asks_for(
    machine_urls: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (asked,) = re.findall(r'run: make check ARGS="(.*?)"', NIGHT.read_text(encoding="utf-8"))
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", machine_urls[SCHEMA_AUDITOR.name])
    assert security.main(asked.split()) == 0, capsys.readouterr()

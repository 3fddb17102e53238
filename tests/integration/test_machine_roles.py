"""What a machine's login may do, and what it may not: tried on the real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg import errors, sql

from connectors import role_statements, scram
from roles import CONNECTOR_WORKER, MACHINE_ROLES, SCHEMA_AUDITOR, MachineRole
from tests.fixtures.postgres import Database
from tests.fixtures.roles import login_url
from tests.fixtures.stranger import Stranger
from tests.support.catalog import column, one
from tests.support.granted import granted
from tests.support.sessions import Connection

_BECOMES: tuple[LiteralString, ...] = (
    "set role postgres",
    "set role authenticated",
    "set role anon",
    "set role authenticator",
    "set role supabase_storage_admin",
    "set role supabase_admin",
    "set session authorization postgres",
)
_WIDENS: tuple[LiteralString, ...] = (
    "create role another login",
    "create database another",
    "alter role current_user bypassrls",
    "alter role current_user createrole",
    "grant service_role to schema_auditor",
    "grant postgres to current_user",
    "create schema another",
    "create table public.another (id integer)",
    "create function public.another() returns integer language sql as 'select 1'",
    "create extension dblink",
    "alter system set log_statement = 'none'",
    "select pg_catalog.pg_read_file('postgresql.conf')",
    "copy (select 1) to program 'true'",
    "select rolpassword from pg_catalog.pg_authid",
)
# Every table, view and sequence outside of the catalog that holds or may hold rows of somebody's.
_RELATIONS: LiteralString = """
    select n.nspname, c.relname
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     order by 1, 2
"""
_LEDGER = {("supaschema", name) for name in ("identity", "recorded", "backfills", "statements")}
# Functions that it might call without anybody having granted it: PUBLIC's, and what raises rights among them.
_CALLABLE: LiteralString = """
    select p.oid::regprocedure::text
      from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and p.prosecdef
       and pg_catalog.has_schema_privilege('schema_auditor', n.oid, 'usage')
       and pg_catalog.has_function_privilege('schema_auditor', p.oid, 'execute')
     order by 1
"""


@pytest.fixture
def worker(machine_urls: dict[str, str]) -> Iterator[Connection]:
    """A session of the worker."""
    with psycopg.connect(machine_urls[CONNECTOR_WORKER.name], autocommit=True) as connection:
        yield connection


# Both


@pytest.mark.parametrize("role", MACHINE_ROLES, ids=lambda role: role.name)
def test_it_has_no_power_of_its_own(machine_urls: dict[str, str], audited: Database, role: MachineRole) -> None:
    with audited.connect() as owner:
        powers = owner.execute(
            "select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolinherit, rolcanlogin"
            " from pg_roles where rolname = %s",
            [role.name],
        ).fetchone()
        groups = column(
            owner,
            "select roleid::regrole::text from pg_auth_members where member = %s::regrole",
            role.name,
        )

    assert powers == (False, False, False, False, False, False, True)
    assert groups == ([role.acts_as] if role.acts_as else [])


@pytest.mark.parametrize("statement", [*_BECOMES, *_WIDENS])
@pytest.mark.parametrize("role", MACHINE_ROLES, ids=lambda role: role.name)
def test_it_becomes_nobody_else_and_makes_nothing(
    machine_urls: dict[str, str], role: MachineRole, statement: LiteralString
) -> None:
    session = psycopg.connect(machine_urls[role.name], autocommit=True)
    with session, pytest.raises(errors.InsufficientPrivilege):
        session.execute(statement)


# The worker


def test_the_worker_is_service_role_from_its_first_statement(worker: Connection) -> None:
    assert worker.execute("select session_user, current_user").fetchone() == ("connector_worker", "service_role")
    assert one(worker, "select count(*) from public.connector_configs") == 40
    # Columns that no signed-in member reads are its work.
    worker.execute("select credentials, webhook_secret from public.connector_configs")


@pytest.mark.parametrize("statement", ["set role none", "set session authorization default"])
def test_without_its_role_the_worker_may_nothing(worker: Connection, statement: LiteralString) -> None:
    worker.execute(statement)
    if "none" not in statement:
        worker.execute("set role none")

    assert one(worker, "select current_user::text") == "connector_worker"
    for query in ("select from public.connector_configs", "select from auth.users", "select from storage.buckets"):
        with pytest.raises(errors.InsufficientPrivilege):
            worker.execute(query)


@pytest.mark.parametrize("statement", ["reset role", "reset all", "discard all"])
def test_a_reset_leaves_the_worker_what_it_was_at_login(worker: Connection, statement: LiteralString) -> None:
    worker.execute("set role none")
    worker.execute(statement)

    assert one(worker, "select current_user::text") in ("service_role", "connector_worker")


def test_the_worker_reads_no_ledger_and_no_archive(worker: Connection) -> None:
    for query in ("select from supaschema.objects", "select from supaschema_archive.column_values"):
        with pytest.raises(errors.InsufficientPrivilege):
            worker.execute(query)


# The auditor


def test_the_auditor_reads_the_ledgers_tables_and_no_other_relation(auditor: Connection) -> None:
    readable = set()
    for schema, name in auditor.execute(_RELATIONS).fetchall():
        try:
            auditor.execute(sql.SQL("select * from {}").format(sql.Identifier(str(schema), str(name))))
            readable.add((schema, name))
        except errors.InsufficientPrivilege:
            pass

    assert readable == _LEDGER


def test_the_auditor_writes_nothing(auditor: Connection) -> None:
    able = auditor.execute(
        """
        select c.oid::regclass, p.privilege
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         cross join unnest(array['insert', 'update', 'delete', 'truncate', 'references', 'trigger']) p(privilege)
         where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and pg_catalog.has_table_privilege(c.oid, p.privilege)
        """
    ).fetchall()
    assert able == []
    for table in ("supaschema.objects", "supaschema.identity", "public.connector_configs", "storage.buckets"):
        for statement in ("delete from {}", "truncate {}"):
            with pytest.raises(errors.InsufficientPrivilege):
                auditor.execute(sql.SQL(statement).format(sql.Identifier(*table.split("."))))


def test_the_auditor_raises_its_rights_only_where_it_is_told_something(auditor: Connection) -> None:
    assert column(auditor, _CALLABLE) == [
        "private.queue_plans()",
        "supaschema.archived()",
        "supaschema.buckets()",
        "supaschema.jobs()",
    ]


def test_the_auditor_explains_no_query_of_its_own(auditor: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        auditor.execute("explain select from public.connector_configs where credentials = '{}'")
    assert column(auditor, "select tablename from pg_stats where schemaname = 'public'") == []


def test_the_auditor_does_not_see_what_others_run(auditor: Connection, audited: Database) -> None:
    with audited.connect() as owner:
        owner.execute("select 'a secret'")
        seen = column(auditor, "select query from pg_stat_activity where usename = 'postgres'")
    assert not [query for query in seen if "secret" in str(query)]


# The login itself


def test_a_rotated_password_logs_in_and_the_old_one_no_longer_does(
    audited: Database, machine_urls: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    old, new = machine_urls[SCHEMA_AUDITOR.name], scram.password()
    with audited.connect() as owner:
        role_statements.apply(owner, SCHEMA_AUDITOR, scram.verifier(new))

    with pytest.raises(psycopg.OperationalError, match="password authentication failed") as refused:
        psycopg.connect(old)
    with psycopg.connect(login_url(audited.url, SCHEMA_AUDITOR.name, new)) as session:
        assert one(session, "select current_user::text") == "schema_auditor"
    assert new not in str(refused.value) + "".join(capfd.readouterr())


def test_the_server_is_never_told_the_password(database: Database) -> None:
    password, told = scram.password(), list[str]()
    with database.connect() as owner, database.connect_superuser() as platform:
        # All that would go into the server's log comes to the session too.
        owner.execute("set log_statement = 'all'")
        owner.execute("set client_min_messages = 'log'")
        owner.add_notice_handler(lambda notice: told.append(str(notice.message_primary)))
        try:
            role_statements.apply(owner, SCHEMA_AUDITOR, scram.verifier(password))
            kept = str(one(platform, "select rolpassword from pg_authid where rolname = 'schema_auditor'"))
        finally:
            role_statements.drop(owner, SCHEMA_AUDITOR)
    assert scram.is_verifier(kept)
    assert any("password 'SCRAM-SHA-256$" in statement for statement in told)
    assert not [statement for statement in (*told, kept) if password in statement]


def test_to_apply_again_changes_nothing(audited: Database, machine_urls: dict[str, str]) -> None:
    with audited.connect() as owner:
        before = granted(owner)
        for role in MACHINE_ROLES:
            assert role_statements.apply(owner, role) == ()
        assert granted(owner) == before
    psycopg.connect(machine_urls[SCHEMA_AUDITOR.name]).close()


def test_what_is_not_there_yet_is_named_and_the_rest_is_granted(database: Database) -> None:
    with database.connect() as owner:
        owner.execute("create schema private")
        missing = role_statements.apply(owner, SCHEMA_AUDITOR)
        try:
            assert missing[:2] == ("USAGE on schema supaschema", "SELECT on table supaschema.identity")
            assert missing[-1] == "EXECUTE on function private.queue_plans"
            assert one(owner, "select has_schema_privilege('schema_auditor', 'private', 'usage')") is True
        finally:
            role_statements.drop(owner, SCHEMA_AUDITOR)


@pytest.mark.parametrize("odd", ["alter role schema_auditor bypassrls", "grant authenticated to schema_auditor"])
def test_a_role_of_that_name_that_is_more_is_left_alone(database: Database, odd: LiteralString) -> None:
    with database.connect() as owner, database.connect_superuser() as platform:
        owner.execute("create role schema_auditor")
        try:
            platform.execute(odd)
            with pytest.raises(role_statements.OddRole, match=r"bypassrls|member of authenticated"):
                role_statements.apply(owner, SCHEMA_AUDITOR, scram.verifier(scram.password()))
            assert one(owner, "select rolcanlogin from pg_roles where rolname = 'schema_auditor'") is False
        finally:
            platform.execute("drop role schema_auditor")


def test_a_role_that_another_made_is_refused_until_the_maker_gave_it_up(database: Database, stranger: Stranger) -> None:
    stranger.platform.execute("alter role stranger createrole")
    stranger.connection.execute("create role connector_worker login")
    if database.server.major < 16:
        # There who makes a role gets no membership by it, but may make one.
        stranger.connection.execute("grant connector_worker to stranger with admin option")
    with database.connect() as owner:
        try:
            with pytest.raises(role_statements.OddRole, match=r"stranger may act as it.*\(revoke connector_worker"):
                role_statements.apply(owner, CONNECTOR_WORKER, scram.verifier(scram.password()))
            assert column(owner, "select 1 from pg_auth_members where member = 'connector_worker'::regrole") == []

            stranger.platform.execute("revoke connector_worker from stranger")
            role_statements.apply(stranger.platform, CONNECTOR_WORKER)
            role_statements.apply(stranger.platform, CONNECTOR_WORKER)
        finally:
            stranger.platform.execute("drop role connector_worker")


def test_a_role_that_others_may_act_as_is_refused(database: Database, stranger: Stranger) -> None:
    with database.connect() as owner:
        role_statements.apply(owner, CONNECTOR_WORKER)
        try:
            stranger.platform.execute("grant connector_worker to stranger")
            with pytest.raises(role_statements.OddRole, match="stranger may act as it"):
                role_statements.apply(owner, CONNECTOR_WORKER)
        finally:
            role_statements.drop(owner, CONNECTOR_WORKER)


def test_a_membership_that_was_inherited_is_no_longer(database: Database) -> None:
    with database.connect() as owner:
        owner.execute("create role connector_worker inherit")
        try:
            owner.execute("grant service_role to connector_worker")
            role_statements.apply(owner, CONNECTOR_WORKER)
            inherited = "select pg_has_role('connector_worker', 'service_role', %s)"
            assert (one(owner, inherited, "usage"), one(owner, inherited, "member")) == (False, True)
        finally:
            role_statements.drop(owner, CONNECTOR_WORKER)


def test_nothing_is_left_of_a_role_that_was_dropped(audited: Database) -> None:
    with audited.connect() as owner:
        before = granted(owner)
        for role in MACHINE_ROLES:
            role_statements.apply(owner, role, scram.verifier(scram.password()))
        for role in MACHINE_ROLES:
            role_statements.drop(owner, role)
            role_statements.drop(owner, role)

        assert granted(owner) == before


def test_a_role_that_somebody_granted_more_is_not_dropped_and_keeps_all(audited: Database) -> None:
    with audited.connect() as owner:
        role_statements.apply(owner, SCHEMA_AUDITOR)
        owner.execute("grant select on public.organizations to schema_auditor")
        before = granted(owner)
        with pytest.raises(errors.DependentObjectsStillExist) as refused:
            role_statements.drop(owner, SCHEMA_AUDITOR)
        assert refused.value.diag.message_detail == "privileges for table organizations"
        assert granted(owner) == before

        owner.execute("revoke select on public.organizations from schema_auditor")
        role_statements.drop(owner, SCHEMA_AUDITOR)

"""The stand-in refuses and allows what a hosted Supabase project refuses and allows."""

from __future__ import annotations

import pytest
from psycopg import errors

from tests.fixtures.postgres import Database, Server
from tests.support.catalog import acl, column, one
from tests.support.sessions import Connection, as_anonymous, as_service, as_user

API_ROLES = ("anon", "authenticated", "service_role")


# Roles


def test_postgres_is_no_superuser_and_sees_past_row_level_security(connection: Connection) -> None:
    found = connection.execute(
        "select rolsuper, rolcreatedb, rolcreaterole, rolcanlogin, rolreplication, rolbypassrls"
        " from pg_roles where rolname = current_user"
    ).fetchone()
    assert found == (False, True, True, True, True, True)


def test_service_role_bypasses_row_level_security_and_the_others_do_not(
    connection: Connection,
) -> None:
    found = connection.execute(
        "select rolname, rolbypassrls, rolcanlogin from pg_roles where rolname = any (%s) order by 1",
        [[*API_ROLES, "authenticator"]],
    ).fetchall()
    assert found == [
        ("anon", False, False),
        ("authenticated", False, False),
        ("authenticator", False, True),
        ("service_role", True, False),
    ]


@pytest.mark.parametrize(
    ("role", "settings"),
    [
        ("anon", {"statement_timeout": "3s"}),
        ("authenticated", {"statement_timeout": "8s"}),
        ("service_role", {}),
        ("authenticator", {"statement_timeout": "8s", "lock_timeout": "8s"}),
        ("postgres", {"search_path": '"$user", public, extensions'}),
    ],
)
def test_roles_bring_their_settings(connection: Connection, role: str, settings: dict[str, str]) -> None:
    found = column(connection, "select unnest(rolconfig) from pg_roles where rolname = %s order by 1", role)
    assert found == sorted(f"{name}={value}" for name, value in settings.items())


def test_postgres_grants_the_api_roles_on(connection: Connection) -> None:
    connection.execute("create role machine")
    for role in API_ROLES:
        connection.execute(f"grant {role} to machine")
    connection.execute("drop role machine")


def test_postgres_does_not_become_the_storage_owner(connection: Connection, server: Server) -> None:
    if server.major < 16:
        pytest.skip("PostgreSQL 15 has no grant without the right to set the role")
    for owner in ("supabase_storage_admin", "supabase_auth_admin"):
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(f"set role {owner}")


def test_a_database_has_the_platform_timeout(connection: Connection) -> None:
    assert one(connection, "show statement_timeout") == "2min"


# The guard of schemas auth and storage


@pytest.mark.parametrize(
    "statement",
    [
        "alter table storage.objects add column extra text",
        "alter table storage.objects disable row level security",
        "alter table storage.objects disable trigger protect_objects_delete",
        "alter table storage.objects owner to postgres",
        "alter table storage.buckets rename to pails",
        "alter type storage.buckettype add value 'OTHER'",
        "alter function storage.foldername(text) cost 1",
        "alter table auth.users add column extra text",
        "alter schema storage rename to depot",
        "create table storage.extra (id uuid)",
        "create table storage.extra as select 1 as one",
        "create view auth.everybody as select id from auth.users",
        "create index extra on storage.objects (owner)",
        "create rule extra as on insert to storage.objects do nothing",
        "create function storage.extra() returns integer language sql as 'select 1'",
        "create function auth.extra() returns integer language sql as 'select 1'",
        "create or replace function auth.uid() returns uuid language sql as 'select null::uuid'",
        "comment on table storage.objects is 'mine'",
        "drop table storage.objects cascade",
        "drop table auth.users cascade",
        "drop index storage.bucketid_objname",
        "drop function storage.operation() cascade",
        "drop schema storage cascade",
        "drop schema auth cascade",
        "drop owned by supabase_storage_admin cascade",
        "drop schema _platform cascade",
        "drop event trigger platform_guard_ddl",
    ],
)
def test_ddl_in_platform_schemas_is_refused(connection: Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_the_services_grants_cannot_be_taken_back(connection: Connection) -> None:
    before = acl(connection, "pg_class", "storage.objects")
    connection.execute("revoke all on storage.objects from anon, authenticated, service_role")
    assert acl(connection, "pg_class", "storage.objects") == before


def test_the_guard_holds_when_triggers_are_switched_off(connection: Connection) -> None:
    connection.execute("set session_replication_role = replica")
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute("alter table storage.objects add column extra text")


@pytest.mark.parametrize("table", ["storage.objects", "storage.buckets", "auth.users"])
def test_policies_on_platform_tables_are_allowed(connection: Connection, table: str) -> None:
    for statement in (
        f"create policy mine on {table} for select to authenticated using (true)",
        f"comment on policy mine on {table} is 'ours'",
        f"alter policy mine on {table} using (false)",
        f"drop policy mine on {table}",
    ):
        connection.execute(statement.encode())


@pytest.mark.parametrize("table", ["storage.objects", "auth.users"])
def test_triggers_on_platform_tables_are_allowed(connection: Connection, table: str) -> None:
    connection.execute("create function public.look() returns trigger language plpgsql as $$ begin return new; end $$")
    for statement in (
        f"create trigger look after insert on {table} for each row execute function public.look()",
        f"drop trigger look on {table}",
    ):
        connection.execute(statement.encode())


def test_a_table_may_refer_to_an_account_and_be_dropped_again(connection: Connection) -> None:
    connection.execute("create table public.profile (id uuid references auth.users (id) on delete cascade)")
    connection.execute("drop table public.profile")


def test_the_guard_lets_other_roles_create_their_own_things(connection: Connection, database: Database) -> None:
    with database.connect_superuser() as platform_connection:
        platform_connection.execute("create schema workshop")
        platform_connection.execute("grant all on schema workshop to anon")
    with as_anonymous(connection, keep=False):
        connection.execute("create table workshop.made (id integer)")
        connection.execute("create temporary table scratch (id integer)")
        connection.execute("drop table workshop.made")


# Storage


@pytest.mark.parametrize("table", ["objects", "buckets"])
def test_rows_of_storage_are_not_deleted_by_sql(connection: Connection, table: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="Direct deletion"):
        connection.execute(f"delete from storage.{table} where false".encode())
    with (
        pytest.raises(errors.InsufficientPrivilege, match="Direct deletion"),
        as_service(connection),
    ):
        connection.execute(f"delete from storage.{table}".encode())


def test_an_empty_bucket_is_deleted_with_the_services_setting(connection: Connection) -> None:
    connection.execute("insert into storage.buckets (id, name) values ('spare', 'spare')")
    with connection.transaction():
        connection.execute("set local storage.allow_delete_query = 'true'")
        connection.execute("delete from storage.buckets where id = 'spare'")
    connection.execute("set storage.allow_delete_query = 'true'")
    with pytest.raises(errors.ForeignKeyViolation):
        connection.execute("delete from storage.buckets where id = 'recordings'")


def test_a_bucket_name_has_at_most_a_hundred_characters(connection: Connection) -> None:
    with pytest.raises(errors.RaiseException, match="too long"):
        connection.execute("insert into storage.buckets (id, name) values (%s, %s)", ["x", "x" * 101])


def test_storage_helpers_take_a_path_apart(connection: Connection) -> None:
    found = connection.execute(
        "select storage.foldername(name), storage.filename(name), storage.extension(name),"
        " storage.foldername('top.txt') from (values ('org/connectors/a.tar.gz')) as path (name)"
    ).fetchone()
    assert found == (["org", "connectors"], "a.tar.gz", "gz", [])


def test_policies_can_ask_for_the_operation(connection: Connection) -> None:
    with connection.transaction():
        connection.execute("set local storage.operation = 'storage.object.upload'")
        found = connection.execute(
            "select storage.operation(), storage.allow_only_operation('object.upload'),"
            " storage.allow_any_operation(array['object.list', 'object.get'])"
        ).fetchone()
    assert found == ("storage.object.upload", True, False)


def test_storage_is_closed_by_row_level_security_not_by_grants(connection: Connection) -> None:
    open_tables = column(
        connection,
        "select relname from pg_class where relnamespace = 'storage'::regnamespace"
        " and relkind = 'r' and not relrowsecurity",
    )
    assert open_tables == []
    for role in API_ROLES:
        assert one(connection, "select has_table_privilege(%s, 'storage.objects', 'delete')", role)


# Who is signed in


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (None, None, None)),
        ({"request.jwt.claims": "", "request.jwt.claim.sub": ""}, (None, None, None)),
        (
            {"request.jwt.claims": '{"sub": "a", "role": "anon", "email": "e@example.com"}'},
            ("a", "anon", "e@example.com"),
        ),
    ],
)
def test_the_token_is_read_from_the_settings(
    connection: Connection, settings: dict[str, str], expected: tuple[str | None, ...]
) -> None:
    with connection.transaction():
        for name, value in settings.items():
            connection.execute("select set_config(%s, %s, true)", [name, value])
        found = connection.execute("select auth.jwt() ->> 'sub', auth.role(), auth.email()").fetchone()
    assert found == expected


def test_the_older_claim_settings_come_first(connection: Connection) -> None:
    new, old = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
    with connection.transaction():
        connection.execute(
            "select set_config('request.jwt.claims', %s, true)",
            [f'{{"sub": "{new}"}}'],
        )
        assert str(one(connection, "select auth.uid()")) == new
        connection.execute("select set_config('request.jwt.claim.sub', %s, true)", [old])
        assert str(one(connection, "select auth.uid()")) == old


def test_a_subject_that_is_no_uuid_breaks_auth_uid(connection: Connection) -> None:
    with (
        pytest.raises(errors.InvalidTextRepresentation),
        as_user(connection, "authenticated", {"sub": "user_2abc"}),
    ):
        connection.execute("select auth.uid()")


def test_accounts_are_hidden_from_the_api_roles(connection: Connection) -> None:
    assert one(connection, "select relrowsecurity from pg_class where oid = 'auth.users'::regclass")
    for role in API_ROLES:
        with pytest.raises(errors.InsufficientPrivilege), as_user(connection, role):
            connection.execute("select from auth.users")


# Vault and cron


def test_services_keep_secrets_and_members_do_not(connection: Connection) -> None:
    with as_service(connection):
        secret = one(connection, "select vault.create_secret('hush', 'connector')")
        connection.execute("select vault.update_secret(%s, 'hush now')", [secret])
        found = connection.execute(
            "select name, decrypted_secret, secret <> decrypted_secret from vault.decrypted_secrets"
        ).fetchall()
    assert found == [("connector", "hush now", True)]
    for role in ("anon", "authenticated"):
        with pytest.raises(errors.InsufficientPrivilege), as_user(connection, role):
            connection.execute("select vault.create_secret('mine')")
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute("insert into vault.secrets (secret) values ('by hand')")


def test_a_job_is_kept_once_per_name(connection: Connection) -> None:
    first = one(connection, "select cron.schedule('tidy', '0 3 * * *', 'select 1')")
    second = one(connection, "select cron.schedule('tidy', '30 seconds', 'select 2')")
    connection.execute("select cron.alter_job(%s, active := false)", [first])
    found = connection.execute("select jobname, schedule, command, active, username from cron.job").fetchall()
    assert first == second
    assert found == [("tidy", "30 seconds", "select 2", False, "postgres")]
    assert one(connection, "select cron.unschedule('tidy')") is True
    assert column(connection, "select jobid from cron.job") == []


@pytest.mark.parametrize("schedule", ["nonsense", "* * * *", "0 seconds", "60 seconds"])
def test_a_schedule_that_cannot_be_read_is_refused(connection: Connection, schedule: str) -> None:
    with pytest.raises(errors.InvalidParameterValue, match="invalid schedule"):
        connection.execute("select cron.schedule('tidy', %s, 'select 1')", [schedule])


def test_jobs_are_changed_by_the_functions_only(connection: Connection) -> None:
    with pytest.raises(errors.RaiseException, match="could not find valid entry"):
        connection.execute("select cron.unschedule('absent')")
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute("insert into cron.job (schedule, command) values ('* * * * *', 'x')")
    with pytest.raises(errors.InsufficientPrivilege), as_service(connection):
        connection.execute("select cron.schedule('tidy', '* * * * *', 'select 1')")


# The API's cache


def test_ddl_tells_the_api_to_reload(connection: Connection) -> None:
    connection.execute("listen pgrst")
    connection.execute("create table public.fresh (id integer)")
    connection.execute("create temporary table scratch (id integer)")
    connection.execute("drop table public.fresh")
    heard = [note.payload for note in connection.notifies(timeout=0.5)]
    assert heard == ["reload schema", "reload schema"]

"""The checks of a database: nothing of ours is raised, and each raises a deliberately bad twin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

from connectors import security
from connectors.security import Check, Finding
from localdb import platform
from localdb.platform import DefaultPrivileges
from tests.fixtures.postgres import Database, MakeDatabase, Server, create
from tests.support.other_twins import OF_A_ROLE, OTHER_TWINS
from tests.support.pulumi import connector_stack
from tests.support.sessions import Connection
from tests.support.twins import TWINS

CHECKS = {check.name: check for check in security.checks()}
BASELINE_TABLES = ("events", "jobs", "organizations", "recordings", "transcript_chunks", "users")

OF_THE_APPLICATION = {
    *(("granted_to_anon", f"public.{table}") for table in BASELINE_TABLES),
    *(("grants_past_policies", f"public.{table}") for table in BASELINE_TABLES),
    ("row_security_off", "public.events"),
    ("row_security_off", "public.jobs"),
    ("policy_calls_per_row", 'policy "Users can view their organization" on public.organizations'),
    ("policy_calls_per_row", 'policy "Users can view their own profile" on public.users'),
    ("policy_calls_per_row", 'policy "Users can view transcript chunks from their org" on public.transcript_chunks'),
    ("policy_for_everybody", 'policy "Public can read thumbnails" on storage.objects'),
    ("public_bucket_listing", "bucket 'thumbnails'"),
    ("function_search_path", "public.update_updated_at_column()"),
    ("duplicate_index", "public.idx_imported_docs_external"),
}
"""What the application had before us, and has still: nothing of it is this system's to change."""

ODD_NAMES = """
    create schema "odd (select";
    create table "odd (select".notes (id int primary key, "org (1" int, "группа" uuid);
    create table "odd (select".other (x int primary key);
    alter table "odd (select".notes enable row level security;
    create function "odd (select"."Who%am""i"() returns uuid language sql stable return null::uuid;
    revoke all on function "odd (select"."Who%am""i"() from public;
    create policy "a ""b"" %s" on "odd (select".notes for select to authenticated using (
      "группа" = "odd (select"."Who%am""i"()
      and "org (1" in (select "org (1" from "odd (select".other)
    );
    create policy good on "odd (select".notes for insert to authenticated with check (
      "группа" = (select "odd (select"."Who%am""i"())
    );
"""


@pytest.fixture(scope="module")
def application(server: Server, template: str) -> Iterator[Connection]:
    """The application without the connector system, as the platform's own role: one database for all twins."""
    database = create(server, "checked", template)
    with psycopg.connect(database.superuser_url) as connection:
        yield connection
    platform.drop_database(server.superuser_url, database.name)


@pytest.fixture(scope="module")
def deployed(server: Server, provisioned_template: str) -> Iterator[Connection]:
    """One database with the connector system, for all that is opened by hand; each is rolled back."""
    database = create(server, "deployed", provisioned_template)
    with psycopg.connect(database.superuser_url) as connection:
        yield connection
    platform.drop_database(server.superuser_url, database.name)


def test_nothing_of_ours_is_raised(provisioned: Database, monkeypatch) -> None:
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", provisioned.url)

    assert raised_in(provisioned) == OF_THE_APPLICATION
    assert security.main(["--ours"]) == 0


def test_nothing_of_ours_is_raised_where_new_objects_are_open(make_database: MakeDatabase, tmp_path: Path) -> None:
    database = make_database(DefaultPrivileges.LEGACY)
    connector_stack(tmp_path / "project", database.url).up()

    assert raised_in(database) == OF_THE_APPLICATION


_MADE = "create function public.made() returns {} language {} {} set search_path = {} as {}"
_CALLS = (
    "create function public.calls() returns int language sql security definer set search_path = pg_catalog, pg_temp"
)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (
            _MADE.format("int", "sql", "security definer", "public", "'select 1'"),
            "owner's rights; pg_temp is not named",
        ),
        (_MADE.format("int", "sql", "security definer", "pg_temp, public", "'select 1'"), "pg_temp is not named last"),
        (_MADE.format("int", "sql", "security definer", "pg_temp, pg_temp", "'select 1'"), "named before others"),
        (_MADE.format("int", "sql", "security definer", "'a, pg_temp'", "'select 1'"), "pg_temp is not named last"),
        (_MADE.format("int", "sql", "security definer", '"PG_TEMP"', "'select 1'"), "pg_temp is not named last"),
        (_MADE.format("int", "sql", "security definer", "public, pg_catalog, pg_temp", "'select 1'"), "comes before"),
        (
            _MADE.format("int", "sql", "security definer", "public, pg_temp", "'select 1'")
            + "; grant create on schema public to public",
            "anon may create in schema public",
        ),
        (
            _MADE.format(
                "int", "plpgsql", "security definer", "pg_catalog, pg_temp", "'begin set search_path = x; end'"
            ),
            "its body sets another one",
        ),
        (_MADE.format("trigger", "plpgsql", "", "''", "'begin return new; end'"), "others' statements fire it"),
        (_MADE.format("event_trigger", "plpgsql", "", "''", "'begin end'"), "others' statements fire it"),
        (
            _MADE.format("int", "sql", "", "''", "'select 1'") + f"; {_CALLS} as 'select public.made()'",
            "public.calls() calls it; an empty path",
        ),
        (
            _MADE.format("int", "sql", "", "''", "'select 1'") + f"; {_CALLS} begin atomic select public.made(); end",
            "public.calls() calls it",
        ),
        (
            _MADE.format("int", "sql", "", "''", "'select 1'")
            + "; create function public.via() returns int language sql set search_path = pg_catalog, pg_temp"
            f" as 'select Public.Made()'; {_CALLS} as 'select public.via()'",
            "public.via() calls it",
        ),
        (
            _MADE.format("int", "sql", "", "''", "'select 1'")
            + "; create policy p on public.users to authenticated using (1 = public.made())",
            "a policy, a view or a table calls it",
        ),
        (
            _MADE.format("int", "sql", "immutable", "''", "'select 1'")
            + "; alter table public.users add constraint c check (public.made() = 1) not valid",
            "a policy, a view or a table calls it",
        ),
    ],
)
def test_a_path_that_lets_others_in_is_an_error_where_a_function_acts_for_others(
    application: Connection, made: str, says: str
) -> None:
    with application.transaction(force_rollback=True):
        application.execute(made.encode())
        found = [
            item for item in findings(application, CHECKS["definer_search_path"]) if item.object == "public.made()"
        ]

    assert [(item.level, says in item.detail) for item in found] == [("error", True)], found


def test_a_path_with_temporary_objects_last_is_no_finding_however_it_was_written(application: Connection) -> None:
    with application.transaction(force_rollback=True):
        application.execute("set local search_path = pg_catalog,Private,  PG_temp")
        application.execute(
            b"create function public.made() returns int language sql security definer set search_path from current"
            b" as 'select 1'"
        )
        for check in ("definer_search_path", "function_search_path"):
            assert "public.made()" not in objects(application, CHECKS[check])


@pytest.mark.parametrize(
    ("sabotage", "finding"),
    [
        (
            "alter table public.connector_sync_logs disable row level security",
            ("row_security_off", "public.connector_sync_logs"),
        ),
        (
            "create policy stray on public.connector_configs to public using (false)",
            ("policy_for_everybody", "policy stray on public.connector_configs"),
        ),
        (
            'alter policy "Admins delete connector files" on storage.objects using (true)',
            ("policy_always_true", 'policy "Admins delete connector files" on storage.objects'),
        ),
        (
            "grant select (webhook_secret) on public.connector_configs to authenticated",
            ("secrets_readable", "public.connector_configs.webhook_secret"),
        ),
        (
            "alter function public.increment_batch_failed(uuid, uuid) reset search_path",
            ("function_search_path", "public.increment_batch_failed(uuid,uuid)"),
        ),
        (
            "alter function private.current_org_id() set search_path = ''",
            ("definer_search_path", "private.current_org_id()"),
        ),
        (
            "alter function private.touch_updated_at() set search_path = ''",
            ("definer_search_path", "private.touch_updated_at()"),
        ),
        ("update storage.buckets set public = true", ("public_bucket_admits_documents", "bucket 'imported-files'")),
        (
            "grant execute on function public.claim_webhook_events(integer, interval) to anon",
            ("function_open_to_anon", "public.claim_webhook_events(integer,interval)"),
        ),
        ("grant create on schema private to authenticated", ("schema_open_to_makers", "private")),
        (
            "drop index public.idx_webhook_events_connector",
            (
                "foreign_key_without_index",
                "public.connector_webhook_events: connector_webhook_events_connector_id_fkey",
            ),
        ),
    ],
)
def test_what_is_opened_by_hand_on_an_object_of_ours_is_told_apart(deployed: Connection, sabotage, finding) -> None:
    with deployed.transaction(force_rollback=True):
        assert security.owned(deployed, security.findings(deployed)) == []
        deployed.execute(sabotage)
        found = security.findings(deployed)
        ours = security.owned(deployed, found)

    assert finding in {(item.check, item.object) for item in ours}
    assert not {(item.check, item.object) for item in ours} & OF_THE_APPLICATION
    assert len(ours) < len(found)


def test_a_key_of_the_application_that_our_trigger_looks_after_is_told_without_it(deployed: Connection) -> None:
    check, key = CHECKS["foreign_key_names_anything"], "public.connector_configs: connector_configs_created_by_fkey"
    with deployed.transaction(force_rollback=True):
        assert key not in objects(deployed, check)
        deployed.execute("alter table public.connector_configs disable trigger guard_connector")

        assert key in objects(deployed, check)


def test_without_a_deployment_nothing_is_ours_to_tell(database: Database, monkeypatch, capsys) -> None:
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)

    assert security.main(["--ours"]) == 3
    assert "nothing is deployed" in capsys.readouterr().err


def test_every_check_has_a_twin() -> None:
    assert set(TWINS) == set(CHECKS)


@pytest.mark.parametrize("name", TWINS)
def test_the_bad_twin_is_raised_and_the_good_one_is_not(application: Connection, name: str) -> None:
    twin, check = TWINS[name], CHECKS[name]
    with application.transaction(force_rollback=True):
        if not twin.platform:
            application.execute("set local role postgres")
        application.execute(twin.before.encode())
        before = objects(application, check)
        with application.transaction(force_rollback=True):
            application.execute(twin.good.encode())
            assert objects(application, check) == before
        application.execute(twin.bad.encode())
        raised = [item for item in findings(application, check) if item.object == twin.finds]

    assert [item.check for item in raised] == [name]
    assert all(item.detail and item.remedy for item in raised)


@pytest.mark.parametrize(("name", "made", "finds"), OTHER_TWINS)
def test_a_check_raises_its_other_twins(application: Connection, name: str, made: str, finds: set[str]) -> None:
    with application.transaction(force_rollback=True):
        before = objects(application, CHECKS[name])
        application.execute(made.encode())
        assert objects(application, CHECKS[name]) - before == finds


@pytest.mark.parametrize("told", [True, False])
def test_a_member_that_may_not_act_as_the_deploying_role_owns_as_others_do(
    application: Connection, *, told: bool
) -> None:
    if application.info.server_version < 160000:
        pytest.skip("Memberships have no such options before PostgreSQL 16.")
    with application.transaction(force_rollback=True):
        application.execute(OF_A_ROLE.encode())
        application.execute(f"grant postgres to helper with inherit false, set {not told}, admin false".encode())
        assert ("public.bad" in objects(application, CHECKS["owned_by_another_role"])) == told


def test_the_command_tells_what_it_finds(database: Database, monkeypatch, capsys) -> None:
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)

    assert security.main(["--least", "error"]) == 2
    told = capsys.readouterr().out
    assert "error   public.jobs: row level security is off" in told
    assert "warning " not in told


def test_a_schema_that_is_not_exposed_is_left_out(database: Database) -> None:
    check = CHECKS["row_security_off"]
    with database.connect() as connection:
        assert security.findings(connection, exposed=["api"], only=[check]) == []
        connection.execute("create schema api; create table api.t (id int); grant select on api.t to anon")
        assert [
            finding.object for finding in security.findings(connection, exposed=["public", "api"], only=[check])
        ] == [
            "api.t",
            "public.events",
            "public.jobs",
        ]
        assert [row[0] for row in connection.execute("show transaction_read_only")] == ["off"]


def test_a_role_that_sees_no_buckets_is_refused(database: Database, monkeypatch, capsys) -> None:
    with database.connect_superuser() as connection:
        connection.execute("create role onlooker login password 'x' in role pg_read_all_data, authenticated")
        try:
            url = conninfo.make_conninfo(database.url, user="onlooker", password="x")
            monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", url)
            assert security.main([]) == 1
            assert security.main(["--without-buckets"]) == 2
        finally:
            connection.execute("drop role onlooker")
    said = capsys.readouterr()
    assert "does not see all buckets" in said.err
    left_out = sum(check.asks_for_buckets for check in security.checks())
    assert left_out
    assert f"{len(security.checks()) - left_out} checks: " in said.out


def test_a_database_that_is_no_supabase_is_refused(server: Server, monkeypatch, capsys) -> None:
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", platform.database_url(server.superuser_url, "template1"))

    assert security.main([]) == 3
    assert "no storage.buckets" in capsys.readouterr().err


def test_names_that_must_be_quoted_confuse_no_check(application: Connection) -> None:
    with application.transaction(force_rollback=True):
        application.execute(ODD_NAMES.encode())
        found = security.findings(application, exposed=["odd (select"])

    assert {(item.check, item.object) for item in found if "odd" in item.object} == {
        ("policy_calls_per_row", 'policy "a ""b"" %s" on "odd (select".notes'),
        ("policy_compares_with_itself", 'policy "a ""b"" %s" on "odd (select".notes'),
        ("function_search_path", '"odd (select"."Who%am""i"()'),
    }


def findings(connection: Connection, check: Check) -> list[Finding]:
    return security.findings(connection, only=[check])


def objects(connection: Connection, check: Check) -> set[str]:
    return {finding.object for finding in findings(connection, check)}


def raised_in(database: Database) -> set[tuple[str, str]]:
    with database.connect() as connection:
        return {(finding.check, finding.object) for finding in security.findings(connection)}

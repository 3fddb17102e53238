"""The baseline is the application as production has it, gaps included."""

from __future__ import annotations

import pytest
from psycopg import errors

from localdb import sample
from localdb.platform import DefaultPrivileges
from localdb.sample import SampleUser
from tests.fixtures.postgres import MakeDatabase
from tests.support.catalog import acl, column, one
from tests.support.sessions import Connection, as_anonymous, as_member, as_service

TABLES = (
    "connector_configs",
    "events",
    "imported_documents",
    "jobs",
    "organizations",
    "recordings",
    "transcript_chunks",
    "users",
)
EVERY_KIND_OF_MEMBER = [
    pytest.param(sample.user(1, "reader"), id="uuid"),
    pytest.param(sample.TEXT_READER, id="text"),
    pytest.param(sample.OTHER_READER, id="another uuid"),
    pytest.param(sample.user(3, "owner"), id="owner of another organization"),
]


# What is there


def test_the_tables_of_the_application(connection: Connection) -> None:
    found = column(
        connection,
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1",
    )
    assert tuple(found) == TABLES


def test_everything_belongs_to_postgres(connection: Connection) -> None:
    owners = column(
        connection,
        "select distinct relowner::regrole::text from pg_class where relnamespace = 'public'::regnamespace",
    )
    assert owners == ["postgres"]


def test_row_level_security_is_on_but_for_jobs_and_events(connection: Connection) -> None:
    found = column(
        connection,
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind = 'r' and not relrowsecurity order by 1",
    )
    assert found == ["events", "jobs"]


def test_constraints_carry_the_names_that_production_has(connection: Connection) -> None:
    found = column(
        connection,
        "select conname::text from pg_constraint where contype in ('c', 'u') and conrelid = any"
        " (array['public.connector_configs', 'public.imported_documents']::regclass[]) order by 1",
    )
    assert found == [
        "connector_configs_connector_type_check",
        "connector_configs_sync_status_check",
        "imported_documents_connector_id_external_id_key",
        "imported_documents_sync_status_check",
    ]


def test_policies_carry_the_names_that_production_has(connection: Connection) -> None:
    found = connection.execute(
        "select tablename::text, cmd, policyname::text from pg_policies"
        " where tablename in ('connector_configs', 'imported_documents', 'objects')"
        " order by 1, 2, 3"
    ).fetchall()
    assert found == [
        ("connector_configs", "DELETE", "Users can delete their org's connectors"),
        ("connector_configs", "INSERT", "Users can create connectors for their org"),
        ("connector_configs", "SELECT", "Users can view connectors from their org"),
        ("connector_configs", "UPDATE", "Users can update their org's connectors"),
        ("imported_documents", "SELECT", "Users can view imported docs from their org"),
        ("objects", "ALL", "Service role has full access"),
        ("objects", "SELECT", "Public can read thumbnails"),
    ]


def test_three_tables_keep_updated_at(connection: Connection) -> None:
    found = column(
        connection,
        "select tgrelid::regclass::text from pg_trigger where not tgisinternal"
        " and tgfoid = 'public.update_updated_at_column()'::regprocedure order by 1",
    )
    assert found == ["organizations", "recordings", "users"]
    touched = one(
        connection,
        "update organizations set plan = 'pro' where id = %s returning updated_at = now()",
        sample.organization_id(4),
    )
    assert touched is True


@pytest.mark.parametrize(
    ("table", "indexed"),
    [
        (
            "connector_configs",
            {
                "(connector_type)",
                "(id)",
                "(org_id)",
                "(org_id, is_active)",
                "(sync_status, last_sync_at DESC)",
            },
        ),
        (
            "imported_documents",
            {"(connector_id)", "(connector_id, external_id)", "(id)", "(org_id)", "(sync_status)"},
        ),
    ],
)
def test_indexes_serve_what_production_asks(connection: Connection, table: str, indexed: set[str]) -> None:
    found = column(
        connection,
        "select substring(pg_get_indexdef(indexrelid) from '\\(.*?\\)') from pg_index where indrelid = %s::regclass",
        f"public.{table}",
    )
    assert set(found) == indexed


def test_buckets_of_the_application(connection: Connection) -> None:
    found = connection.execute(
        "select id, public, file_size_limit, 'application/pdf' = any (allowed_mime_types)"
        " from storage.buckets order by id"
    ).fetchall()
    assert found == [
        ("recordings", False, 5_368_709_120, False),
        ("thumbnails", True, 5_242_880, False),
        ("video-frames", False, 10_485_760, False),
    ]


@pytest.mark.parametrize("connector_type", ["zoom", "microsoft_teams", "sharepoint"])
def test_the_newer_connectors_are_refused(connection: Connection, connector_type: str) -> None:
    with pytest.raises(errors.CheckViolation, match="connector_configs_connector_type_check"):
        connection.execute("update connector_configs set connector_type = %s", [connector_type])


@pytest.mark.parametrize("variant", list(DefaultPrivileges))
def test_older_tables_keep_their_grants(make_database: MakeDatabase, variant: DefaultPrivileges) -> None:
    with make_database(variant).connect() as connection:
        for table in TABLES:
            found = acl(connection, "pg_class", f"public.{table}")
            assert set(found) == {"postgres", "anon", "authenticated", "service_role"}
            assert len(set(found.values())) == 1
        function = acl(connection, "pg_proc", "public.update_updated_at_column()")
    assert set(function) == {"", "postgres", "anon", "authenticated", "service_role"}


# Who may do what


@pytest.mark.parametrize("user", EVERY_KIND_OF_MEMBER)
def test_a_member_sees_the_connectors_of_the_own_organization(connection: Connection, user: SampleUser) -> None:
    with as_member(connection, user):
        found = column(connection, "select distinct org_id from connector_configs")
        assert one(connection, "select count(*) from connector_configs") == 8
    assert found == [sample.organization_id(user.organization)]


@pytest.mark.parametrize("user", EVERY_KIND_OF_MEMBER)
def test_a_member_sees_the_documents_of_the_own_organization(connection: Connection, user: SampleUser) -> None:
    with as_member(connection, user):
        documents = column(connection, "select distinct org_id from imported_documents")
        chunks = column(connection, "select distinct org_id from transcript_chunks")
    assert documents == chunks == [sample.organization_id(user.organization)]


def test_any_member_does_everything_with_the_own_connectors(connection: Connection) -> None:
    reader = sample.user(1, "reader")
    with as_member(connection, reader):
        secret = column(connection, "select credentials ->> 'access_token' from connector_configs")
        connection.execute(
            "insert into connector_configs (org_id, connector_type, credentials) values (%s, 'notion', '{}')",
            [sample.organization_id(1)],
        )
        changed = connection.execute("update connector_configs set name = 'renamed'").rowcount
        removed = connection.execute("delete from connector_configs where org_id is not null")
    assert len(secret) == 8
    assert changed == removed.rowcount == 9
    assert one(connection, "select count(*) from connector_configs where name = 'renamed'") == 0


def test_no_member_reaches_another_organization(connection: Connection) -> None:
    owner, foreign = sample.user(1, "owner"), sample.organization_id(2)
    with pytest.raises(errors.InsufficientPrivilege), as_member(connection, owner):
        connection.execute(
            "insert into connector_configs (org_id, connector_type, credentials) values (%s, 'notion', '{}')",
            [foreign],
        )
    with pytest.raises(errors.InsufficientPrivilege), as_member(connection, owner):
        connection.execute("update connector_configs set org_id = %s", [foreign])
    with as_member(connection, owner):
        for statement in (
            "update connector_configs set name = 'x'",
            "delete from connector_configs",
        ):
            touched = connection.execute(f"{statement} where org_id = '{foreign}'".encode())
            assert touched.rowcount == 0


def test_members_do_not_write_documents(connection: Connection) -> None:
    owner = sample.user(1, "owner")
    with pytest.raises(errors.InsufficientPrivilege), as_member(connection, owner):
        connection.execute(
            "insert into imported_documents (connector_id, org_id, external_id) values (%s, %s, 'x')",
            [sample.sample_id("connector", 1), sample.organization_id(1)],
        )
    with as_member(connection, owner):
        assert connection.execute("update imported_documents set title = 'x'").rowcount == 0
        assert connection.execute("delete from imported_documents").rowcount == 0


def test_anonymous_sessions_see_no_row(connection: Connection) -> None:
    with as_anonymous(connection):
        for table in TABLES:
            if table not in {"jobs", "events"}:
                assert connection.execute(f"select from {table}".encode()).rowcount == 0
    with pytest.raises(errors.InsufficientPrivilege), as_anonymous(connection):
        connection.execute(
            "insert into connector_configs (org_id, connector_type, credentials) values (%s, 'notion', '{}')",
            [sample.organization_id(1)],
        )


def test_a_member_sees_the_own_row_of_users(connection: Connection) -> None:
    for user in sample.users():
        with as_member(connection, user):
            assert column(connection, "select id from users") == [user.id]


def test_recordings_are_for_services(connection: Connection) -> None:
    with as_member(connection, sample.user(1, "owner")):
        assert one(connection, "select count(*) from recordings") == 0
    with as_service(connection):
        assert one(connection, "select count(*) from recordings") == sample.RECORDINGS


def test_an_older_policy_knows_users_by_their_id_alone(connection: Connection) -> None:
    with as_member(connection, sample.user(1, "reader")):
        assert one(connection, "select count(*) from organizations") == 1
    with as_member(connection, sample.OTHER_OWNER):
        assert one(connection, "select count(*) from organizations") == 0
    with (
        pytest.raises(errors.InvalidTextRepresentation),
        as_member(connection, sample.TEXT_ADMIN),
    ):
        connection.execute("select from organizations")


def test_everybody_reads_thumbnails_and_only_services_the_rest(connection: Connection) -> None:
    buckets = "select distinct bucket_id from storage.objects order by 1"
    with as_anonymous(connection):
        assert column(connection, buckets) == ["thumbnails"]
    with as_member(connection, sample.user(1, "owner")):
        assert column(connection, buckets) == ["thumbnails"]
    with as_service(connection):
        assert column(connection, buckets) == ["recordings", "thumbnails"]

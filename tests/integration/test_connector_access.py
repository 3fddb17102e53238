"""Who may do what with the connector system: every role against every table, by being let in and by being refused."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from connectors import identity
from connectors.settings import Identity
from localdb import sample
from localdb.sample import organization_id, sample_id
from supaschema.core.errors import SupaschemaError
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import managed
from tests.support.sessions import Connection, as_anonymous, as_member, as_service, as_user

OWN, FOREIGN = organization_id(1), organization_id(2)
READER, CONTRIBUTOR = sample.user(1, "reader"), sample.user(1, "contributor")
ADMIN, OWNER = sample.user(1, "admin"), sample.user(1, "owner")

MEMBERS = [READER, CONTRIBUTOR, sample.TEXT_READER, sample.OTHER_READER]
"""A reader and a contributor; one signs in with a text, one with a uuid that is not their id."""
ADMINS = [OWNER, ADMIN, sample.TEXT_ADMIN, sample.OTHER_OWNER]
"""Owners and admins; one signs in with a text, one with a uuid that is not their id."""
TABLES = (
    "connector_configs",
    "imported_documents",
    "connector_sync_logs",
    "connector_webhook_events",
    "file_upload_batches",
)
VIEWS = (
    "webhook_events",
    "connector_health",
    "connector_analytics",
    "connector_storage_usage",
    "connector_webhook_health",
)
READABLE = "id, org_id, name, settings, description, filters, metadata, webhook_url, webhook_active, error_count"
NEW_CONNECTOR = (
    "insert into connector_configs (org_id, connector_type, credentials, webhook_secret)"
    " values (%s, 'zoom', '{\"token\": \"t\"}', 's')"
)


@pytest.fixture
def connection(provisioned: Database) -> Iterator[Connection]:
    """A provisioned database with one row of organizations 1 and 2 in each new table."""
    with provisioned.connect() as connected:
        for number in (1, 2):
            _fill(connected, number)
        yield connected


def _fill(connection: Connection, number: int) -> None:
    organization = organization_id(number)
    connector = sample_id("connector", 1 + 8 * (number - 1))
    connection.execute(
        "insert into connector_sync_logs (org_id, connector_id, sync_type, status)"
        " values (%s, %s, 'manual', 'success')",
        [organization, connector],
    )
    connection.execute(
        "insert into connector_webhook_events (org_id, connector_id, event_type, payload)"
        " values (%s, %s, 'changed', '{}')",
        [organization, connector],
    )
    connection.execute("insert into file_upload_batches (org_id, total_files) values (%s, 2)", [organization])


# Without signing in


def test_nobody_reads_without_signing_in(connection: Connection) -> None:
    for relation in [*TABLES, *VIEWS]:
        with pytest.raises(errors.InsufficientPrivilege), as_anonymous(connection):
            connection.execute(f"select org_id from {relation}".encode())


def test_nobody_truncates(connection: Connection) -> None:
    for table in TABLES:
        for role in ["anon", "authenticated"]:
            with pytest.raises(errors.InsufficientPrivilege), as_user(connection, role, {"sub": OWNER.sub}):
                connection.execute(f"truncate {table} cascade".encode())


def test_nobody_calls_a_function_without_signing_in(connection: Connection) -> None:
    callable_by_anon = column(
        connection,
        "select p.oid::regprocedure::text from pg_proc as p"
        " join pg_namespace as n on n.oid = p.pronamespace"
        " where n.nspname in ('public', 'private') and p.proname <> 'update_updated_at_column'"
        " and has_function_privilege('anon', p.oid, 'execute')",
    )
    assert callable_by_anon == []


def test_a_token_that_belongs_to_nobody_sees_nothing(connection: Connection) -> None:
    with as_user(connection, "authenticated", {"sub": "user_2stranger"}):
        for table in TABLES:
            assert one(connection, f"select count(id) from {table}".encode()) == 0  # type: ignore[arg-type]


def test_a_token_without_a_subject_sees_nothing(connection: Connection) -> None:
    for claims in ({}, {"sub": ""}, {"sub": None}):
        with as_user(connection, "authenticated", claims):
            assert one(connection, "select count(id) from connector_configs") == 0


# Connectors


def test_a_member_reads_the_own_connectors_without_secrets(connection: Connection) -> None:
    for user in [*MEMBERS, *ADMINS]:
        with as_member(connection, user):
            found = connection.execute(f"select {READABLE} from connector_configs".encode()).fetchall()
        assert len(found) == 8
        assert {row[1] for row in found} == {OWN}


def test_no_session_reads_a_secret_back(connection: Connection) -> None:
    for secret in ["credentials", "webhook_secret", "*"]:
        for user in [READER, OWNER]:
            for statement in (
                f"select {secret} from connector_configs",
                f"update connector_configs set name = 'x' where id is not null returning {secret}",
            ):
                with pytest.raises(errors.InsufficientPrivilege), as_member(connection, user):
                    connection.execute(statement.encode())


def test_no_detour_leads_to_a_secret(connection: Connection) -> None:
    for statement in [
        "update connector_configs set description = credentials::text",
        "update connector_configs set description = webhook_secret",
        "update connector_configs set name = 'x' where credentials ->> 'access_token' like 'sample%'",
        "delete from connector_configs where webhook_secret is null",
        "select id from connector_configs order by credentials",
        "select connector_configs::text from connector_configs",
        "select to_jsonb(c) from connector_configs as c",
    ]:
        with pytest.raises(errors.InsufficientPrivilege), as_member(connection, OWNER):
            connection.execute(statement.encode())


def test_an_admin_manages_connectors(connection: Connection) -> None:
    for user in ADMINS:
        with as_member(connection, user):
            connection.execute(NEW_CONNECTOR, [OWN])
            made = one(connection, "select id from connector_configs where connector_type = 'zoom'")
            changed = connection.execute(
                "update connector_configs set credentials = '{\"token\": \"new\"}', webhook_secret = 'new'"
                " where id = %s",
                [made],
            )
            assert changed.rowcount == 1
        with as_service(connection):
            stored = connection.execute(
                "select credentials, webhook_secret from connector_configs where id = %s", [made]
            ).fetchone()
            assert stored == ({"token": "new"}, "new")
        with as_member(connection, user):
            assert connection.execute("delete from connector_configs where id = %s", [made]).rowcount == 1


def test_an_upsert_rewrites_what_is_no_secret(connection: Connection) -> None:
    upsert = (
        "insert into connector_configs (id, org_id, connector_type, credentials, name)"
        " values (%s, %s, 'slack', '{}', 'renamed') on conflict (id) do update set "
    )
    connector = sample_id("connector", 1)
    with as_member(connection, ADMIN):
        connection.execute(f"{upsert} name = excluded.name".encode(), [connector, OWN])
    # The server asks for SELECT on a column that `excluded` names, whose value is the caller's own.
    with pytest.raises(errors.InsufficientPrivilege), as_member(connection, ADMIN):
        connection.execute(f"{upsert} credentials = excluded.credentials".encode(), [connector, OWN])
    assert one(connection, "select name from connector_configs where id = %s", connector) == "renamed"


def test_a_member_does_not_manage_connectors(connection: Connection) -> None:
    for user in MEMBERS:
        with pytest.raises(errors.InsufficientPrivilege), as_member(connection, user):
            connection.execute(NEW_CONNECTOR, [OWN])
        with as_member(connection, user):
            assert connection.execute("update connector_configs set name = 'x'").rowcount == 0
            assert connection.execute("delete from connector_configs").rowcount == 0


def test_an_admin_stays_in_the_own_organization(connection: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege), as_member(connection, OWNER):
        connection.execute(NEW_CONNECTOR, [FOREIGN])
    with pytest.raises(errors.InsufficientPrivilege), as_member(connection, OWNER):
        connection.execute("update connector_configs set org_id = %s", [FOREIGN])
    with as_member(connection, OWNER):
        touched = connection.execute("update connector_configs set name = 'x' where org_id = %s", [FOREIGN])
        assert touched.rowcount == 0
        assert connection.execute("delete from connector_configs where org_id = %s", [FOREIGN]).rowcount == 0


# Documents


def test_the_softly_deleted_are_for_admins(connection: Connection) -> None:
    with as_member(connection, READER):
        before = one(connection, "select count(*) from imported_documents")
    connection.execute(
        "update imported_documents set is_deleted = true"
        " where id = (select id from imported_documents where org_id = %s limit 1)",
        [OWN],
    )
    with as_member(connection, READER):
        assert one(connection, "select count(*) from imported_documents") == before - 1  # type: ignore[operator]
    with as_member(connection, ADMIN):
        assert one(connection, "select count(*) from imported_documents") == before
        assert column(connection, "select distinct org_id from imported_documents") == [OWN]


def test_members_do_not_write_documents(connection: Connection) -> None:
    for statement in [
        "insert into imported_documents (org_id, external_id) values (private.current_org_id(), 'x')",
        "update imported_documents set title = 'x'",
        "delete from imported_documents",
    ]:
        with pytest.raises(errors.InsufficientPrivilege), as_member(connection, OWNER):
            connection.execute(statement.encode())


# The new tables


def test_a_member_reads_the_own_rows(connection: Connection) -> None:
    for table in ["connector_sync_logs", "file_upload_batches"]:
        for user in [*MEMBERS, *ADMINS]:
            with as_member(connection, user):
                assert column(connection, f"select distinct org_id from {table}".encode()) == [OWN]  # type: ignore[arg-type]


def test_a_member_reads_no_webhook_event(connection: Connection) -> None:
    for user in MEMBERS:
        with as_member(connection, user):
            assert one(connection, "select count(*) from connector_webhook_events") == 0
            assert one(connection, "select count(*) from connector_webhook_health") == 0


def test_an_admin_reads_the_own_webhook_events(connection: Connection) -> None:
    for user in ADMINS:
        with as_member(connection, user):
            assert column(connection, "select distinct org_id from connector_webhook_events") == [OWN]
            assert column(connection, "select distinct org_id from connector_webhook_health") == [OWN]


def test_nobody_signed_in_changes_or_deletes(connection: Connection) -> None:
    for table in ["connector_sync_logs", "connector_webhook_events", "file_upload_batches"]:
        for statement in (f"update {table} set org_id = org_id", f"delete from {table}"):
            with pytest.raises(errors.InsufficientPrivilege), as_member(connection, OWNER):
                connection.execute(statement.encode())


def test_nobody_signed_in_writes_what_the_services_write(connection: Connection) -> None:
    for statement in [
        "insert into connector_sync_logs (org_id) values (private.current_org_id())",
        "insert into connector_webhook_events (org_id, event_type, payload) values (gen_random_uuid(), 'x', '{}')",
    ]:
        with pytest.raises(errors.InsufficientPrivilege), as_member(connection, OWNER):
            connection.execute(statement.encode())


def test_a_member_creates_a_batch_as_themselves(connection: Connection) -> None:
    for user in [*MEMBERS, *ADMINS]:
        with as_member(connection, user):
            connection.execute(
                "insert into file_upload_batches (org_id, user_id, total_files) values (%s, %s, 0)", [OWN, user.id]
            )


def test_a_member_creates_no_other_batch(connection: Connection) -> None:
    for organization, author in [
        (OWN, OWNER.id),  # as somebody else
        (OWN, None),  # as nobody
        (FOREIGN, READER.id),  # for another organization
    ]:
        with pytest.raises(errors.InsufficientPrivilege), as_member(connection, READER):
            connection.execute(
                "insert into file_upload_batches (org_id, user_id, total_files) values (%s, %s, 1)",
                [organization, author],
            )


def test_services_see_every_organization(connection: Connection) -> None:
    for relation in [*TABLES, *VIEWS]:
        with as_service(connection):
            found = column(connection, f"select distinct org_id from {relation}".encode())  # type: ignore[arg-type]
        assert {OWN, FOREIGN} <= set(found)


def test_views_show_members_their_own_rows(connection: Connection) -> None:
    for view in ["connector_health", "connector_analytics", "connector_storage_usage"]:
        with as_member(connection, READER):
            assert column(connection, f"select distinct org_id from {view}".encode()) == [OWN]  # type: ignore[arg-type]


def test_the_other_name_of_the_events_is_for_services(connection: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege), as_member(connection, OWNER):
        connection.execute("select from webhook_events")


def test_a_member_does_not_reach_past_the_public_functions(connection: Connection) -> None:
    for statement in (
        "select private.count_any_batch_file(gen_random_uuid(), false)",
        "select private.search_org_content(gen_random_uuid(), 'x', null, 1, 0, null)",
        "select private.similar_titles(gen_random_uuid(), 'x', null, 1, 0)",
        "select events from private.webhook_rate_counters",
    ):
        with pytest.raises(errors.InsufficientPrivilege), as_member(connection, OWNER):
            connection.execute(statement.encode())


def test_what_services_do_members_do_not(connection: Connection) -> None:
    for call in [
        "claim_due_syncs()",
        "claim_waiting_documents()",
        "claim_webhook_events()",
        "check_webhook_rate_limit(gen_random_uuid())",
        "cleanup_old_connector_imports()",
        "purge_connector_sync_logs()",
        "purge_connector_webhook_events()",
    ]:
        with pytest.raises(errors.InsufficientPrivilege), as_member(connection, OWNER):
            connection.execute(f"select * from {call}".encode())


# Identity


def test_one_lookup_per_statement(connection: Connection) -> None:
    with as_member(connection, READER):
        plan = column(connection, "explain (costs off) select id from imported_documents")
    text = "\n".join(str(line) for line in plan)
    assert "InitPlan" in text
    assert "SubPlan" not in text


def test_the_claims_of_a_request_without_a_token_are_no_error(provisioned: Database) -> None:
    with psycopg.connect(provisioned.url) as connection:
        connection.execute("set local role authenticated")
        assert one(connection, "select count(id) from connector_configs") == 0


@pytest.mark.parametrize(
    "odd", [Identity(table="public.people"), Identity(column="clerk"), Identity(table="public.organizations")]
)
def test_an_identity_that_is_nowhere_fails_at_deployment(database: Database, odd: Identity) -> None:
    """Not at the first request, when every policy asks for it."""
    with managed(database.url) as objects:
        objects.apply(identity.schema())
        with pytest.raises(SupaschemaError, match=r"people|clerk|clerk_id"):
            objects.apply(identity.current_member(odd))

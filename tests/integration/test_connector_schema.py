"""What stands after `up`: every column, default and index that the application asks for, and no finding."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from roles import MONITORED
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.sessions import Connection

VALIDATION = Path(__file__).resolve().parents[2] / "sql" / "checks" / "validation.sql"

# Type and default as the server spells them; an exclamation mark for NOT NULL.
COLUMNS = {
    "connector_configs": {
        "description": "text",
        "filters": "jsonb '{}'::jsonb",
        "metadata": "jsonb '{}'::jsonb",
        "credentials_updated_at": "timestamp with time zone",
        "next_sync_at": "timestamp with time zone",
        "sync_frequency": "text 'manual'::text",
        "last_sync_status": "text",
        "webhook_url": "text",
        "webhook_secret": "text",
        "webhook_active": "boolean false !",
        "error_count": "integer 0 !",
        "last_error": "text",
        "last_error_at": "timestamp with time zone",
    },
    "imported_documents": {
        "connector_id": "uuid",
        "content_hash": "text",
        "parent_external_id": "text",
        "external_url": "text",
        "processing_status": "text 'pending'::text",
        "processing_error": "text",
        "chunks_generated": "boolean false !",
        "embeddings_generated": "boolean false !",
        "source_metadata": "jsonb '{}'::jsonb",
        "first_synced_at": "timestamp with time zone now()",
        "sync_count": "integer 1 !",
        "is_deleted": "boolean false !",
        "file_size": "bigint",
    },
    "jobs": {"org_id": "uuid", "run_after": "timestamp with time zone"},
    "connector_sync_logs": {
        "id": "uuid gen_random_uuid() !",
        "org_id": "uuid !",
        "connector_id": "uuid",
        "sync_type": "text",
        "status": "text",
        "started_at": "timestamp with time zone now()",
        "completed_at": "timestamp with time zone",
        "duration_ms": "integer",
        "documents_synced": "integer 0 !",
        "documents_updated": "integer 0 !",
        "documents_failed": "integer 0 !",
        "documents_deleted": "integer 0 !",
        "api_calls_made": "integer 0 !",
        "bytes_transferred": "bigint 0 !",
        "error_message": "text",
        "error_details": "jsonb",
        "metadata": "jsonb '{}'::jsonb",
    },
    "connector_webhook_events": {
        "id": "uuid gen_random_uuid() !",
        "org_id": "uuid !",
        "connector_id": "uuid",
        "event_type": "text !",
        "event_source": "text",
        "event_id": "text",
        "payload": "jsonb !",
        "headers": "jsonb",
        "processed": "boolean false !",
        "processed_at": "timestamp with time zone",
        "processing_error": "text",
        "retry_count": "integer 0 !",
        "received_at": "timestamp with time zone now()",
    },
    "file_upload_batches": {
        "id": "uuid gen_random_uuid() !",
        "org_id": "uuid !",
        "user_id": "uuid",
        "batch_name": "text",
        "total_files": "integer !",
        "processed_files": "integer 0 !",
        "failed_files": "integer 0 !",
        "status": "text 'uploading'::text",
        "progress_percent": "double precision 0 !",
        "metadata": "jsonb '{}'::jsonb",
        "created_at": "timestamp with time zone now()",
        "completed_at": "timestamp with time zone",
    },
}
INDEXES = {
    "idx_connector_configs_created_by": "(created_by)",
    "idx_connector_configs_next_sync": (
        "(next_sync_at) WHERE ((is_active = true) AND (sync_frequency <> 'manual'::text))"
    ),
    "idx_imported_docs_chunks": "(chunks_generated) WHERE (NOT chunks_generated)",
    "idx_imported_docs_deleted": "(org_id, updated_at) WHERE is_deleted",
    "idx_imported_docs_hash": "(org_id, content_hash) WHERE (content_hash IS NOT NULL)",
    "idx_imported_docs_processing_status": "(processing_status, org_id)",
    "idx_sync_logs_connector": "(connector_id, started_at DESC)",
    "idx_sync_logs_org": "(org_id, started_at DESC)",
    "idx_sync_logs_status": "(status, started_at) WHERE (status = 'running'::text)",
    "idx_webhook_events_connector": "(connector_id, received_at DESC)",
    "idx_webhook_events_dedup": "(org_id, event_source, event_id, event_type)",
    "idx_webhook_events_received": "(received_at)",
    "idx_webhook_events_unprocessed": "(processed, received_at) WHERE (NOT processed)",
    "idx_upload_batches_org": "(org_id, created_at DESC)",
    "idx_upload_batches_status": "(status, created_at)",
    "idx_upload_batches_user": "(user_id)",
}


@pytest.fixture
def connection(provisioned: Database) -> Iterator[Connection]:
    """A provisioned database."""
    with provisioned.connect() as connected:
        yield connected


def test_the_audits_validation(connection: Connection) -> None:
    found = {str(name): int(str(count)) for name, count in connection.execute(VALIDATION.read_bytes())}
    assert found.pop("RLS Policies") >= 10
    assert found == {"Tables": 3, "Functions": 2}


def test_every_column_that_is_asked_for(connection: Connection) -> None:
    rows = connection.execute(
        "select a.attrelid::regclass::text, a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod),"
        " pg_get_expr(d.adbin, d.adrelid), case when a.attnotnull then '!' end)"
        " from pg_attribute as a left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum"
        " where a.attrelid = any (%s::regclass[]) and a.attnum > 0 and not a.attisdropped",
        [[f"public.{table}" for table in COLUMNS]],
    ).fetchall()
    found = {(str(table).removeprefix("public."), name): definition for table, name, definition in rows}
    wanted = {(table, name): text for table, columns in COLUMNS.items() for name, text in columns.items()}
    assert {key: found.get(key) for key in wanted} == wanted


def test_every_index_that_is_asked_for(connection: Connection) -> None:
    rows = connection.execute(
        "select c.relname, substring(pg_get_indexdef(i.indexrelid) from 'USING btree (.*)')"
        " from pg_index as i join pg_class as c on c.oid = i.indexrelid where i.indisvalid and c.relname = any (%s)",
        [list(INDEXES)],
    ).fetchall()
    assert dict(rows) == INDEXES  # type: ignore[arg-type]


def test_the_upsert_targets_are_constraints(connection: Connection) -> None:
    found = column(
        connection,
        "select pg_get_constraintdef(oid) from pg_constraint where conname in"
        " ('idx_webhook_events_dedup', 'imported_documents_connector_id_external_id_key') order by 1",
    )
    assert found == ["UNIQUE (connector_id, external_id)", "UNIQUE (org_id, event_source, event_id, event_type)"]


def test_every_foreign_key_is_served_by_an_index(connection: Connection) -> None:
    unserved = column(
        connection,
        "select c.conrelid::regclass || '.' || c.conname from pg_constraint as c"
        " where c.contype = 'f' and c.connamespace in ('public'::regnamespace, 'private'::regnamespace)"
        " and not exists (select from pg_index as i where i.indrelid = c.conrelid and i.indisvalid"
        "   and (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] = c.conkey)",
    )
    assert unserved == []


def test_every_constraint_is_validated(connection: Connection) -> None:
    assert column(connection, "select conname from pg_constraint where not convalidated") == []


def test_every_table_has_row_level_security_and_a_policy(connection: Connection) -> None:
    bare = column(
        connection,
        "select c.oid::regclass::text from pg_class as c where c.relkind = 'r'"
        " and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)"
        " and c.relname not in ('jobs', 'events')"
        " and (not c.relrowsecurity or not exists (select from pg_policy as p where p.polrelid = c.oid))",
    )
    assert bare == []


def test_every_view_reads_with_its_readers_rights(connection: Connection) -> None:
    loose = column(
        connection,
        "select c.oid::regclass::text from pg_class as c where c.relkind = 'v'"
        " and c.relnamespace = 'public'::regnamespace"
        " and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on'], false)",
    )
    assert loose == []


def test_every_function_has_a_fixed_search_path_that_names_temporary_objects_last(connection: Connection) -> None:
    loose = column(
        connection,
        "select p.oid::regprocedure::text from pg_proc as p"
        " where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)"
        " and p.proname <> 'update_updated_at_column'"
        " and not coalesce(p.proconfig && array['search_path=pg_catalog, pg_temp'], false)",
    )
    assert loose == []


def test_rights_are_raised_in_private_only(connection: Connection) -> None:
    raised = column(
        connection,
        "select p.oid::regprocedure::text from pg_proc as p where p.prosecdef"
        " and p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) order by 1",
    )
    assert set(raised) == {
        "private.cancel_own_upload_batch(uuid)",
        "private.count_own_batch_file(uuid,boolean)",
        "private.current_member()",
        "private.manage_connector(uuid,text,text)",
        "private.retry_own_webhook_events(uuid)",
        "private.search_own_content(text,text[],integer,integer,text)",
        *(f"private.{name}()" for name in MONITORED),
    }


def test_at_most_one_permissive_policy_per_role_and_action(connection: Connection) -> None:
    double = connection.execute(
        "select p.polrelid::regclass, role.name, action.name from pg_policy as p"
        " cross join unnest(p.polroles) as given (oid) cross join unnest(array['r', 'a', 'w', 'd']) as action (name)"
        " cross join lateral (select given.oid::regrole::text as name) as role"
        " where p.polpermissive and p.polcmd in ('*', action.name)"
        " and p.polrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)"
        " group by 1, 2, 3 having count(*) > 1"
    ).fetchall()
    assert double == []


def test_the_api_roles_hold_nothing_by_default_on_what_is_new(connection: Connection) -> None:
    granted = connection.execute(
        "select c.relname::text, acl.grantee::regrole::text, string_agg(acl.privilege_type, ' ' order by 2)"
        " from pg_class as c cross join aclexplode(c.relacl) as acl"
        " where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'v')"
        " and acl.grantee::regrole::text in ('anon', '-', 'authenticated') and c.relname = any (%s) group by 1, 2",
        [
            [
                "connector_configs",
                "imported_documents",
                "connector_sync_logs",
                "connector_webhook_events",
                "file_upload_batches",
                "webhook_rate_counters",
                "webhook_events",
                "connector_health",
            ]
        ],
    ).fetchall()
    assert {(table, role): set(str(privileges).split()) for table, role, privileges in granted} == {
        ("connector_configs", "authenticated"): {"INSERT", "UPDATE", "DELETE"},
        ("imported_documents", "authenticated"): {"SELECT"},
        ("connector_sync_logs", "authenticated"): {"SELECT"},
        ("connector_webhook_events", "authenticated"): {"SELECT"},
        ("file_upload_batches", "authenticated"): {"SELECT", "INSERT"},
        ("connector_health", "authenticated"): {"SELECT"},
    }


def test_old_rows_know_their_state(connection: Connection) -> None:
    found = connection.execute(
        "select distinct sync_status, processing_status, chunks_generated, embeddings_generated,"
        " first_synced_at = created_at, connector_id is null from imported_documents order by 1"
    ).fetchall()
    assert found == [
        ("completed", "completed", True, True, True, False),
        ("error", "failed", False, False, True, False),
        ("pending", "pending", False, False, True, False),
        ("processing", "processing", False, False, True, False),
    ]
    recent = "select from imported_documents where updated_at > now() - interval '1 minute'"
    assert connection.execute(recent.encode()).rowcount == 0


def test_the_buckets(connection: Connection) -> None:
    found = connection.execute(
        "select id, public, file_size_limit, cardinality(allowed_mime_types) from storage.buckets"
        " where id in ('connector-imports', 'imported-files') order by 1"
    ).fetchall()
    assert found == [(name, False, 5_368_709_120, 28) for name in ("connector-imports", "imported-files")]

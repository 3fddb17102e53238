"""What the monitor is told, and that it reads nothing besides."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.rows import scalar_row

from roles import CONNECTOR_MONITOR, MONITORED
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.sessions import Connection

QUOTED = 'key "of" the\\customer'
SECRETS = ("ya29.of-the-customer", "1//refresh", "whsec_of-the-customer", "83920174")


@pytest.fixture
def monitor(machine_urls: dict[str, str]) -> Iterator[Connection]:
    """A session of the monitor."""
    with psycopg.connect(machine_urls[CONNECTOR_MONITOR.name], autocommit=True) as connection:
        yield connection


def told(monitor: Connection, what: str) -> list[dict[str, object]]:
    """Return what one function tells."""
    query = f"select to_jsonb(told) from private.monitored_{what}() as told"
    with monitor.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(query.encode()).fetchall()


def test_it_reads_no_relation_outside_of_the_catalog(monitor: Connection) -> None:
    readable = column(
        monitor,
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')"
        " and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
        " and has_schema_privilege(n.oid, 'usage') and ("
        "   case when c.relkind = 'S' then has_sequence_privilege(c.oid, 'usage, select, update')"
        "   else has_any_column_privilege(c.oid, 'select, insert, update, references')"
        "     or has_table_privilege(c.oid, 'delete, truncate, trigger') end)",
    )
    assert readable == []
    for table in ("public.connector_configs", "public.imported_documents", "supaschema.history", "auth.users"):
        with pytest.raises(errors.InsufficientPrivilege):
            monitor.execute(sql.SQL("table {}").format(sql.Identifier(*table.split("."))))


def test_its_rights_are_raised_only_where_it_is_told_something(monitor: Connection) -> None:
    callable = column(
        monitor,
        "select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where p.prosecdef and n.nspname !~ '^pg_' and has_schema_privilege(n.oid, 'usage')"
        " and has_function_privilege(p.oid, 'execute')",
    )
    assert set(callable) == {*(f"private.{name}()" for name in MONITORED), "supaschema.jobs()"}


def test_nothing_that_a_connector_authenticates_with_is_told(monitor: Connection, audited: Database) -> None:
    """Nor where a service has written it into the error itself."""
    credentials = {"tokens": [SECRETS[0], {"refresh": SECRETS[1]}, QUOTED], "pin": int(SECRETS[3])}
    with audited.connect() as owner:
        owner.execute(
            "update connector_configs set is_active = true, sync_status = 'error', credentials = %s,"
            " webhook_secret = %s, last_error = %s, error_count = 7",
            [
                json.dumps(credentials),
                SECRETS[2],
                f"refused: {' '.join(SECRETS)} {QUOTED} {json.dumps([QUOTED])}\nsecond line",
            ],
        )
        connectors = one(owner, "select count(*) from connector_configs")
    failures = told(monitor, "failures")

    assert len(failures) == connectors
    assert {failure["last_error"] for failure in failures} == {'refused: *** *** *** *** *** ["***"]'}


def test_an_error_is_a_line_of_a_screen_and_long_credentials_keep_it_back(
    monitor: Connection, audited: Database
) -> None:
    with audited.connect() as owner:
        owner.execute(
            "update connector_configs set sync_status = 'idle', last_sync_status = 'success', is_active = true"
        )
        owner.execute("update connector_configs set next_sync_at = now() + interval '1 day'")
        owner.execute(
            "update connector_configs set sync_status = 'error', last_error = repeat('x', 5000),"
            " credentials = jsonb_build_object('a', repeat('k', changed.length))"
            " from (select id, (200000 * (row_number() over (order by id) - 1))::integer as length"
            "   from connector_configs order by id limit 2) as changed"
            " where changed.id = connector_configs.id"
        )
    errors_told = sorted(str(failure["last_error"]) for failure in told(monitor, "failures"))

    assert len(errors_told) == 2
    assert errors_told[0].startswith("(not told:")
    assert errors_told[1] == "x" * 200


def test_the_numbers_are_those_of_the_tables(monitor: Connection, audited: Database) -> None:
    with audited.connect() as owner:
        organization = one(owner, "select id from organizations limit 1")
        owner.execute("delete from connector_sync_logs")
        owner.execute(
            "insert into connector_sync_logs (org_id, connector_id, status, started_at, duration_ms)"
            " select config.org_id, config.id, status, now() - age, 2000 from (select * from connector_configs limit 1)"
            " as config, (values ('success', interval '0'), ('failed', '1 hour'), ('running', '2 hours'),"
            " ('partial', '90 days')) as log (status, age)"
        )
        owner.execute("update imported_documents set processing_status = 'completed'")
        owner.execute(
            "insert into imported_documents (org_id, external_id, created_at, file_size)"
            " values (%s, 'monitored', '2020-01-01', 5)",
            [organization],
        )
        owner.execute(
            "insert into file_upload_batches (org_id, total_files, created_at) values (%s, 1, '2020-01-01')",
            [organization],
        )
        stored = one(owner, "select sum(bytes) from connector_storage_usage where org_id = %s", organization)
        runs = one(owner, "select count(*) from supaschema.history")

    syncs = told(monitor, "syncs")
    assert sum(int(str(row["syncs"])) for row in syncs) == 3
    assert {row["average_seconds"] for row in syncs if row["connector_type"] != "none"} == {2}
    queues = {str(row["queue"]): row for row in told(monitor, "queues")}
    assert set(queues) == {"syncs", "documents", "webhook events", "upload batches", "jobs"}
    assert queues["syncs"]["stuck"] == 1
    assert (queues["documents"]["waiting"], str(queues["documents"]["oldest_at"])[:4]) == (1, "2020")
    assert queues["upload batches"]["stuck"] == 1
    assert [row["bytes"] for row in told(monitor, "storage") if row["org_id"] == str(organization)] == [stored]
    assert sum(int(str(row["statements"])) for row in told(monitor, "deployments")) == runs
    assert {row["what"]: row["kept_days"] for row in told(monitor, "retention")} == {
        "sync logs": 90,
        "webhook events": 30,
    }
    assert sum(int(str(row["connectors"])) for row in told(monitor, "connectors")) == 40
    assert isinstance(told(monitor, "webhooks"), list)


def test_the_oldest_batch_is_one_of_those_that_are_counted_as_waiting(monitor: Connection, audited: Database) -> None:
    with audited.connect() as owner:
        owner.execute(
            "insert into file_upload_batches (org_id, total_files, created_at, status)"
            " select id, 1, begun::timestamptz, status from (select id from organizations limit 1) as organization,"
            " (values ('2020-01-01', 'uploading'), ('2019-01-01', 'processing')) as batch (begun, status)"
        )
    (batches,) = [row for row in told(monitor, "queues") if row["queue"] == "upload batches"]

    assert str(batches["oldest_at"])[:4] == "2020"
    assert batches["stuck"] == 2


def test_no_length_of_an_error_keeps_the_others_from_being_told(monitor: Connection, audited: Database) -> None:
    with audited.connect() as owner:
        owner.execute(
            "update connector_configs set is_active = true, sync_status = 'error', last_error = repeat('abcd', 500000),"
            " credentials = (select to_jsonb(array_agg(to_char(n, 'FM00000'))) from generate_series(1, 9000) as n)"
            " where id in (select id from connector_configs limit 5)"
        )
    monitor.execute("set statement_timeout = '8s'")
    try:
        assert len(told(monitor, "failures")) >= 5
    finally:
        monitor.execute("reset statement_timeout")

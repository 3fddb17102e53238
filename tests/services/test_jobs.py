"""Background jobs: written with org_id and run_after, taken when due, tried again, given up, never taken twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import pytest

from tests.fixtures.postgres import Database
from tests.services.application import create_connector, sync
from tests.services.tenants import Tenant
from tests.services.workers import taken
from tests.support.postgrest import insert, select, update
from tests.support.sessions import Connection, as_service

POLL: LiteralString = """
    update jobs set status = 'processing', started_at = now(), attempts = attempts + 1
     where id in (
       select id from jobs
        where status = 'pending' and run_at <= now()
        order by run_at
        limit 5
        for update skip locked
     )
    returning id, type, org_id, payload, attempts, max_attempts
"""
"""How the worker takes jobs. It knows run_at; the writers send run_after."""


@pytest.fixture(autouse=True)
def _nothing_else_waits(connection: Connection) -> None:
    connection.execute("update jobs set status = 'completed' where status = 'pending'")


def enqueue(connection: Connection, tenant: Tenant, kind: str, **more: object) -> UUID:
    """Write a job as the webhook worker and the connectors do, minimal answer or not."""
    row = {"type": kind, "status": "pending", "payload": {"orgId": tenant.id}, "org_id": tenant.id, **more}
    with as_service(connection):
        (made,) = insert(connection, "jobs", row, returning="id,status")
    return UUID(str(made["id"]))


def poll(connection: Connection) -> list[Any]:
    """Take due jobs."""
    with as_service(connection):
        return connection.execute(POLL).fetchall()


def in_minutes(minutes: float) -> datetime:
    """Return a date from now."""
    return datetime.now(UTC) + timedelta(minutes=minutes)


@pytest.mark.parametrize("run_after", [pytest.param({}, id="left out"), {"run_after": None}, {"run_after": "past"}])
def test_a_job_without_a_future_date_is_due_at_once(
    connection: Connection, tenant: Tenant, run_after: dict[str, object]
) -> None:
    given = {name: in_minutes(-5) if value == "past" else value for name, value in run_after.items()}
    job = enqueue(connection, tenant, "process_imported_doc", **given)
    assert [(row[0], row[2]) for row in poll(connection)] == [(job, tenant.id)]


def test_a_job_with_a_future_date_waits_for_it(connection: Connection, tenant: Tenant) -> None:
    job = enqueue(connection, tenant, "sync_connector", run_after=in_minutes(60))
    assert poll(connection) == []
    with as_service(connection):
        update(connection, "jobs", {"run_after": in_minutes(-1)}, id=job)
    assert [row[0] for row in poll(connection)] == [job]


def test_older_writers_still_send_run_at(connection: Connection, tenant: Tenant) -> None:
    with as_service(connection):
        rows = [
            {"type": "transcribe", "payload": {}, "run_at": in_minutes(minutes), "dedupe_key": f"{tenant.id}:{minutes}"}
            for minutes in (-5, 60)
        ]
        made = insert(connection, "jobs", rows, returning="id,org_id")
    assert [row["org_id"] for row in made] == [None, None]
    assert [row[0] for row in poll(connection)] == [made[0]["id"]]


def test_a_key_given_twice_is_one_job(connection: Connection, tenant: Tenant) -> None:
    row = {"type": "sync_connector", "payload": {}, "org_id": tenant.id, "dedupe_key": f"sync:{tenant.id}"}
    with as_service(connection):
        made = [insert(connection, "jobs", row, on_conflict="dedupe_key", returning="id") for _ in range(2)]
    assert [len(rows) for rows in made] == [1, 0]
    assert len(poll(connection)) == 1


def test_a_job_that_fails_is_tried_again_later_and_then_given_up(connection: Connection, tenant: Tenant) -> None:
    job = enqueue(connection, tenant, "sync_connector", run_after=in_minutes(-1))
    for attempt in (1, 2, 3):
        ((taken_job, _, _, _, attempts, most),) = poll(connection)
        assert (taken_job, attempts, most) == (job, attempt, 3)
        again = attempts < most
        failed = {"status": "pending" if again else "failed", "error": "timeout", "run_at": in_minutes(2**attempt)}
        with as_service(connection):
            update(connection, "jobs", failed, id=job)
        assert poll(connection) == [], "the retry has a date of its own"
        connection.execute("update jobs set run_at = now() where id = %s", [job])
    assert poll(connection) == []
    with as_service(connection):
        (row,) = select(connection, "jobs", "status,attempts,error", id=job)
    assert row == {"status": "failed", "attempts": 3, "error": "timeout"}


def test_sixteen_workers_take_each_job_once(
    provisioned_variant: Database, connection: Connection, tenant: Tenant
) -> None:
    with as_service(connection):
        insert(
            connection,
            "jobs",
            [
                {"type": "process_imported_doc", "payload": {"n": n}, "org_id": tenant.id, "run_after": in_minutes(-n)}
                for n in range(400)
            ],
        )
    counts = taken(provisioned_variant, lambda worker: [row[0] for row in worker.execute(POLL).fetchall()])
    assert (len(counts), set(counts.values())) == (400, {1})


def test_a_job_brings_a_sync_to_its_end(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "zoom")
    job = enqueue(connection, tenant, "sync_connector", payload={"connectorId": connector})
    ((_, _, organization, payload, _, _),) = poll(connection)
    assert (organization, payload) == (tenant.id, {"connectorId": str(connector)})
    log = sync(connection, tenant, "zoom", connector)
    with as_service(connection):
        update(
            connection, "jobs", {"status": "completed", "result": {"log": log}, "completed_at": in_minutes(0)}, id=job
        )
        (row,) = select(connection, "jobs", "status,result,run_at,run_after", id=job)
    assert row["result"] == {"log": str(log)}
    assert poll(connection) == []

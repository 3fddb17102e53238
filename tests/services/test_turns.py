"""Organizations take turns in every queue: neither a date nor a crowd of one tenant's rows keeps another's waiting."""

from __future__ import annotations

from collections import Counter
from typing import Any, LiteralString

import pytest
from psycopg import errors

from tests.fixtures.postgres import Database
from tests.services.application import create_connector
from tests.services.tenants import Tenant, new_tenant
from tests.services.workers import together
from tests.support.catalog import column, one
from tests.support.postgrest import insert, rpc, select, update
from tests.support.sessions import Connection, as_service

CROWD = 2000
QUEUES = {
    "claim_due_syncs": "max_connectors",
    "claim_waiting_documents": "max_documents",
    "claim_webhook_events": "max_events",
}
_WAITING: dict[str, LiteralString] = {
    "claim_due_syncs": (
        "insert into connector_configs (org_id, connector_type, credentials, sync_frequency, next_sync_at)"
        " select %s, 'zoom', '{}', 'hourly', %s::timestamptz from generate_series(1, %s)"
    ),
    "claim_waiting_documents": (
        "insert into imported_documents (org_id, external_id, created_at)"
        " select %s, gen_random_uuid(), %s::timestamptz from generate_series(1, %s)"
    ),
    "claim_webhook_events": (
        "insert into connector_webhook_events (org_id, event_type, payload, received_at)"
        " select %s, 'changed', '{}', %s::timestamptz from generate_series(1, %s)"
    ),
}
every_queue = pytest.mark.parametrize("queue", QUEUES)


@pytest.fixture(autouse=True)
def _nothing_else_waits(connection: Connection) -> None:
    connection.execute("update connector_configs set sync_frequency = 'manual'")
    connection.execute("update imported_documents set chunks_generated = true")
    connection.execute("update connector_webhook_events set processed = true")


def wait(connection: Connection, queue: str, tenant: Tenant, rows: int, since: str = "1000-01-01") -> None:
    """Put so many rows of a tenant into a queue."""
    connection.execute(_WAITING[queue], [tenant.id, since, rows])


def claim(connection: Connection, queue: str, most: int) -> list[Any]:
    """Take from a queue as a worker does; give whose rows they were, in the order in which they came."""
    with as_service(connection):
        return [row["org_id"] for row in rpc(connection, queue, **{QUEUES[queue]: most})]


@every_queue
@pytest.mark.parametrize("since", ["-infinity", "1970-01-01", "-1 second"])
def test_a_crowd_of_one_tenant_keeps_nobody_waiting(
    connection: Connection, tenant: Tenant, stranger: Tenant, queue: str, since: str
) -> None:
    if queue != "claim_due_syncs" and since == "-infinity":
        since = "1000-01-01"  # the client cannot read back what is in the row
    when = str(one(connection, "select now() - interval '1 second'")) if since == "-1 second" else since
    wait(connection, queue, tenant, CROWD, when)
    wait(connection, queue, stranger, 3, str(one(connection, "select now() - interval '1 second'")))
    assert Counter(claim(connection, queue, 10)) == {tenant.id: 7, stranger.id: 3}


@every_queue
def test_the_organization_that_was_served_longest_ago_is_next(
    connection: Connection, tenant: Tenant, stranger: Tenant, queue: str
) -> None:
    """Also where a worker takes one row at a time."""
    third = new_tenant(connection)
    wait(connection, queue, tenant, CROWD)
    for other in (stranger, third):
        wait(connection, queue, other, 5, "2026-01-01")
    everybody = {tenant.id, stranger.id, third.id}
    served = [claim(connection, queue, 1)[0] for _ in range(9)]
    assert [set(served[turn : turn + 3]) for turn in (0, 3, 6)] == [everybody] * 3
    assert served[:3] == served[3:6] == served[6:]


@every_queue
def test_what_is_taken_at_once_takes_turns_too(
    connection: Connection, tenant: Tenant, stranger: Tenant, queue: str
) -> None:
    wait(connection, queue, tenant, CROWD)
    wait(connection, queue, stranger, 4, "2026-01-01")
    served = claim(connection, queue, 6)
    assert [set(served[turn : turn + 2]) for turn in (0, 2, 4)] == [{tenant.id, stranger.id}] * 3


@every_queue
def test_what_others_leave_goes_to_who_has_more(
    connection: Connection, tenant: Tenant, stranger: Tenant, queue: str
) -> None:
    wait(connection, queue, tenant, 40)
    wait(connection, queue, stranger, 2)
    assert Counter(claim(connection, queue, 30)) == {tenant.id: 28, stranger.id: 2}
    assert Counter(claim(connection, queue, 30)) == {tenant.id: 12}
    assert claim(connection, queue, 30) == []


@every_queue
def test_many_tenants_are_all_served_before_one_is_served_twice(
    connection: Connection, tenant: Tenant, queue: str
) -> None:
    wait(connection, queue, tenant, CROWD)
    others = [new_tenant(connection) for _ in range(20)]
    for other in others:
        wait(connection, queue, other, 2, "2026-01-01")
    served = [owner for _ in range(3) for owner in claim(connection, queue, 7)]
    assert Counter(served) == dict.fromkeys([tenant.id, *(other.id for other in others)], 1)


@every_queue
def test_workers_at_the_same_time_find_work_each_and_take_nothing_twice(
    provisioned_variant: Database, connection: Connection, tenant: Tenant, stranger: Tenant, queue: str
) -> None:
    """As long as their transactions are open, each passes over what the others hold, and waits for none of them."""
    wait(connection, queue, tenant, CROWD)
    wait(connection, queue, stranger, 1, "2026-01-01")
    identity = "connector_id" if queue == "claim_due_syncs" else "id"
    argument = {QUEUES[queue]: 10}
    with provisioned_variant.connect() as first, provisioned_variant.connect() as second:
        second.execute("set lock_timeout = '2s'")
        with as_service(first), as_service(second):
            taken = [row for worker in (first, second) for row in rpc(worker, queue, **argument)]
    assert len({row[identity] for row in taken}) == 20
    assert sum(row["org_id"] == stranger.id for row in taken) == 1

    def work(worker: Connection, _: int) -> list[Any]:
        with as_service(worker):
            return [row[identity] for row in rpc(worker, queue, **argument)]

    found = together(provisioned_variant, work, 8)
    assert all(found)
    assert len({row for rows in found for row in rows}) == sum(map(len, found)) == 80


@every_queue
def test_deleting_an_organization_waits_for_no_turn_and_leaves_none(
    connection: Connection, stranger: Tenant, queue: str
) -> None:
    wait(connection, queue, stranger, 1)
    assert claim(connection, queue, 5) == [stranger.id]
    connection.execute("delete from organizations where id = %s", [stranger.id])
    assert column(connection, "select org_id from private.queue_turns where org_id = %s", stranger.id) == []


@every_queue
def test_a_claim_does_not_wait_for_an_organization_that_is_being_deleted(
    provisioned_variant: Database, connection: Connection, tenant: Tenant, queue: str
) -> None:
    wait(connection, queue, tenant, 3)
    with provisioned_variant.connect() as deleting, deleting.transaction(force_rollback=True):
        deleting.execute("select from organizations where id = %s for update", [tenant.id])
        connection.execute("set lock_timeout = '2s'")
        assert claim(connection, queue, 2) == [tenant.id] * 2
    assert claim(connection, queue, 2) == [tenant.id]


# What members may say of dates


@pytest.mark.parametrize("date", ["-infinity", "4713-01-01 BC"])
def test_a_sync_that_is_due_since_ever_is_due_now(connection: Connection, tenant: Tenant, date: str) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with tenant.signed_in(connection, "admin"):
        update(connection, "connector_configs", {"next_sync_at": date}, id=connector)
        new = {"org_id": tenant.id, "connector_type": "zoom", "credentials": {}, "next_sync_at": date}
        insert(connection, "connector_configs", new)
    early = "select count(*) from connector_configs where org_id = %s and next_sync_at < now() - interval '1 minute'"
    assert one(connection, early, tenant.id) == 0
    with as_service(connection):
        assert len(rpc(connection, "claim_due_syncs", max_connectors=5)) == 1


def test_a_date_that_is_one_stays_as_it_is_written(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "zoom")
    for date in ("2020-01-01", "2999-01-01", None):
        with tenant.signed_in(connection, "admin"):
            update(connection, "connector_configs", {"next_sync_at": date}, id=connector)
        with as_service(connection):
            (row,) = select(connection, "connector_configs", "next_sync_at", id=connector)
        assert str(row["next_sync_at"])[:10] == str(date)


@pytest.mark.parametrize("date", ["infinity", "-infinity", "294276-01-01", "4713-01-01 BC"])
@pytest.mark.parametrize("written", ["next_sync_at", "last_sync_at", "last_error_at", "credentials_updated_at"])
def test_a_date_that_no_client_reads_is_refused(
    connection: Connection, tenant: Tenant, written: str, date: str
) -> None:
    """One such row would break whoever lists the connectors of all tenants."""
    if written == "next_sync_at" and (date == "-infinity" or date.endswith("BC")):
        return  # due now
    connector = create_connector(connection, tenant, "zoom")
    new = {"org_id": tenant.id, "connector_type": "zoom", "credentials": {}, written: date}
    with pytest.raises(errors.DatetimeFieldOverflow), tenant.signed_in(connection, "admin"):
        update(connection, "connector_configs", {written: date}, id=connector)
    with pytest.raises(errors.DatetimeFieldOverflow), tenant.signed_in(connection, "admin"):
        insert(connection, "connector_configs", new)


def test_a_service_writes_the_date_it_means(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with as_service(connection):
        written: dict[str, object] = {"next_sync_at": "2020-01-01", "created_at": "2019-01-01"}
        update(connection, "connector_configs", written, id=connector)
        (row,) = select(connection, "connector_configs", "next_sync_at,created_at", id=connector)
    assert (row["next_sync_at"].year, row["created_at"].year) == (2020, 2019)


@pytest.mark.parametrize("date", ["-infinity", "1970-01-01", "infinity"])
@pytest.mark.parametrize("written", ["created_at", "updated_at"])
def test_when_a_row_was_made_and_changed_is_the_servers_to_say(
    connection: Connection, tenant: Tenant, written: str, date: str
) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with tenant.signed_in(connection, "admin"):
        update(connection, "connector_configs", {written: date}, id=connector)
        new = {"org_id": tenant.id, "connector_type": "zoom", "credentials": {}, written: date}
        insert(connection, "connector_configs", new)
        if written == "created_at":
            batch = {"org_id": tenant.id, "user_id": tenant.members["admin"], "total_files": 1, written: date}
            insert(connection, "file_upload_batches", batch)
    for table in ("connector_configs", "file_upload_batches"):
        column_name = written if table == "connector_configs" else "created_at"
        odd = f"select count(*) from {table} where org_id = %s and abs(extract(epoch from {column_name} - now())) > 60"
        assert connection.execute(odd.encode(), [tenant.id]).fetchone() == (0,)


def test_a_crowd_of_connectors_that_pretend_to_be_syncing_costs_nobody_else(
    connection: Connection, tenant: Tenant, stranger: Tenant
) -> None:
    connection.execute(
        "insert into connector_configs (org_id, connector_type, credentials, sync_frequency, next_sync_at, sync_status)"
        " select %s, 'zoom', '{}', 'hourly', '-infinity', 'syncing' from generate_series(1, 20000)",
        [tenant.id],
    )
    connection.execute("analyze connector_configs")
    wait(connection, "claim_due_syncs", stranger, 1, "2026-01-01")
    with as_service(connection):
        read = "select coalesce(sum(idx_tup_fetch + seq_tup_read), 0) from pg_stat_xact_user_tables"
        before = one(connection, read)
        assert [row["org_id"] for row in rpc(connection, "claim_due_syncs", max_connectors=5)] == [stranger.id]
        assert int(str(one(connection, read))) - int(str(before)) < 8000

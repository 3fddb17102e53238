"""Work is handed to one worker at a time, by an index, and none of it is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import LiteralString

import pytest
from psycopg import errors

from localdb.sample import organization_id, sample_id
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.sessions import Connection, as_service

OWN, CONNECTOR = organization_id(1), sample_id("connector", 1)


@pytest.fixture
def connection(provisioned: Database) -> Iterator[Connection]:
    """A provisioned database."""
    with provisioned.connect() as connected:
        yield connected


def taken_by_six(provisioned: Database, call: LiteralString) -> Counter[object]:
    """Let six workers take from a queue until it is empty; give how often each row was taken."""

    def work(_: int) -> list[object]:
        mine: list[object] = []
        with provisioned.connect() as worker:
            while True:
                with as_service(worker):
                    found = column(worker, call)
                if not found:
                    return mine
                mine += found

    with ThreadPoolExecutor(6) as pool:
        return Counter(row for rows in pool.map(work, range(6)) for row in rows)


# Scheduled syncs


def schedule(connection: Connection, frequency: str = "hourly", due: str = "-1 minute") -> None:
    """Schedule every active connector."""
    connection.execute(
        "update connector_configs set sync_frequency = %s, next_sync_at = now() + %s::interval", [frequency, due]
    )


def test_each_due_sync_goes_to_one_worker(provisioned: Database, connection: Connection) -> None:
    schedule(connection)
    due = one(connection, "select count(*) from connector_configs where is_active and sync_status <> 'syncing'")
    taken = taken_by_six(provisioned, "select connector_id from claim_due_syncs(2)")
    assert set(taken.values()) == {1}
    assert len(taken) == due


@pytest.mark.parametrize(("frequency", "hours"), [("hourly", 1), ("daily", 24), ("weekly", 168)])
def test_a_taken_sync_is_due_at_its_next_date(connection: Connection, frequency: str, hours: int) -> None:
    schedule(connection, frequency)
    with as_service(connection):
        ahead = column(connection, "select extract(epoch from next_sync_at - now()) / 3600 from claim_due_syncs(100)")
        assert {float(str(value)) for value in ahead} == {float(hours)}
        assert column(connection, "select connector_id from claim_due_syncs(100)") == []


@pytest.mark.parametrize(
    ("frequency", "due"), [pytest.param("manual", "-1 hour", id="manual"), pytest.param("daily", "1 hour", id="later")]
)
def test_what_is_not_due_is_not_taken(connection: Connection, frequency: str, due: str) -> None:
    schedule(connection, frequency, due)
    with as_service(connection):
        assert column(connection, "select connector_id from claim_due_syncs(100)") == []


def test_a_sync_that_is_logged_is_not_skipped(provisioned: Database, connection: Connection) -> None:
    """A log's foreign key locks its connector; that lock is no reason to leave the connector out."""
    schedule(connection)
    with provisioned.connect() as writer, writer.transaction():
        writer.execute("insert into connector_sync_logs (org_id, connector_id) values (%s, %s)", [OWN, CONNECTOR])
        with as_service(connection):
            assert CONNECTOR in column(connection, "select connector_id from claim_due_syncs(100)")


# Documents


def test_each_waiting_document_goes_to_one_worker(provisioned: Database, connection: Connection) -> None:
    waiting = one(connection, "select count(*) from imported_documents where processing_status = 'pending'")
    taken = taken_by_six(provisioned, "select id from claim_waiting_documents(3)")
    assert set(taken.values()) == {1}
    assert len(taken) == waiting


def test_a_dead_workers_document_is_taken_again_where_wanted(connection: Connection) -> None:
    with as_service(connection):
        first = set(column(connection, "select id from claim_waiting_documents(1000)"))
        assert column(connection, "select id from claim_waiting_documents(1000)") == []
    connection.execute("select pg_sleep(0.05)")
    with as_service(connection):
        again = column(connection, "select id from claim_waiting_documents(1000, interval '40 milliseconds')")
    assert first <= set(again)


def test_deleted_documents_are_no_work(connection: Connection) -> None:
    connection.execute("update imported_documents set is_deleted = true")
    with as_service(connection):
        assert column(connection, "select id from claim_waiting_documents(1000)") == []


# Webhook events


def deliver(connection: Connection, events: int) -> None:
    """Store so many events, the first the oldest."""
    connection.execute(
        "insert into connector_webhook_events (org_id, connector_id, event_type, event_id, payload, received_at)"
        " select %s, %s, 'changed', n, '{}', now() - interval '1 day' + n * interval '1 second'"
        " from generate_series(1, %s) as n",
        [OWN, CONNECTOR, events],
    )


def test_each_event_goes_to_one_worker_oldest_first(provisioned: Database, connection: Connection) -> None:
    deliver(connection, 60)
    with as_service(connection):
        oldest = column(connection, "select event_id from claim_webhook_events(3)")
    assert oldest == ["1", "2", "3"]
    taken = taken_by_six(provisioned, "select event_id from claim_webhook_events(4)")
    assert set(taken.values()) == {1}
    assert len(taken) == 57


def test_a_dead_workers_events_come_back(connection: Connection) -> None:
    deliver(connection, 2)
    with as_service(connection):
        assert len(column(connection, "select id from claim_webhook_events(5, interval '1 millisecond')")) == 2
    connection.execute("select pg_sleep(0.01)")
    with as_service(connection):
        assert len(column(connection, "select id from claim_webhook_events(5)")) == 2
        assert column(connection, "select id from claim_webhook_events(5)") == []


def test_a_processed_event_does_not_come_back(connection: Connection) -> None:
    deliver(connection, 1)
    with as_service(connection):
        connection.execute("update webhook_events set processed = true, processed_at = now()")
        assert column(connection, "select id from claim_webhook_events()") == []


# Jobs


def test_a_job_waits_for_run_after(connection: Connection) -> None:
    rows = connection.execute(
        "insert into jobs (type, payload, org_id, run_after) values"
        " ('sync_connector', '{}', %(org)s, now() + interval '1 hour'),"
        " ('sync_connector', '{}', %(org)s, now() - interval '1 hour'),"
        " ('sync_connector', '{}', %(org)s, null)"
        " returning run_at - now()",
        {"org": OWN},
    ).fetchall()
    assert [str(row[0]) for row in rows] == ["1:00:00", "0:00:00", "0:00:00"]


def test_run_at_counts_where_it_is_later(connection: Connection) -> None:
    later = one(
        connection,
        "insert into jobs (type, payload, run_at, run_after)"
        " values ('x', '{}', now() + interval '2 hours', now() + interval '1 hour')"
        " returning (run_at - now())::text",
    )
    assert later == "02:00:00"


def test_a_job_is_put_off_and_brought_forward(connection: Connection) -> None:
    job = sample_id("job", 4)
    for hours in ("03:00:00", "01:00:00"):
        moved = one(
            connection,
            "update jobs set run_after = now() + %s::interval where id = %s returning (run_at - now())::text",
            hours,
            job,
        )
        assert moved == hours


def test_a_retry_keeps_its_own_date(connection: Connection) -> None:
    job = sample_id("job", 4)
    connection.execute("update jobs set run_after = now() + interval '1 hour' where id = %s", [job])
    moved = one(
        connection,
        "update jobs set status = 'pending', run_at = now() + interval '5 minutes' where id = %s"
        " returning (run_at - now())::text",
        job,
    )
    assert moved == "00:05:00"


def test_the_workers_poll_keeps_its_index(connection: Connection) -> None:
    connection.execute(
        "insert into jobs (type, status, payload) select 'x', 'completed', '{}' from generate_series(1, 20000)"
    )
    connection.execute("analyze jobs")
    poll: LiteralString = "select * from jobs where status = 'pending' and run_at <= now() order by run_at limit 5"
    plan = explain(connection, poll)
    assert "idx_jobs_pending" in plan
    assert "Sort" not in plan


# Plans: "uses its index" means no sequential scan and no sort, with one row in a hundred waiting


def explain(connection: Connection, query: LiteralString) -> str:
    """Return the plan of a query."""
    return "\n".join(str(line) for line in column(connection, f"explain (costs off) {query}"))


@pytest.fixture
def crowded(connection: Connection) -> Connection:
    """Queues of 20,000 rows, of which one in a hundred waits."""
    connection.execute(
        "insert into connector_webhook_events"
        " (org_id, connector_id, event_type, event_id, payload, processed, received_at)"
        " select %s, %s, 'changed', n, '{}', n %% 100 <> 0, now() - n * interval '1 second'"
        " from generate_series(1, 20000) as n",
        [OWN, CONNECTOR],
    )
    connection.execute(
        "insert into imported_documents (org_id, external_id, content, processing_status, chunks_generated)"
        " select %s, n, repeat('word ', 50), case when n %% 100 = 0 then 'pending' else 'completed' end, n %% 100 <> 0"
        " from generate_series(1, 20000) as n",
        [OWN],
    )
    connection.execute(
        "insert into connector_configs (org_id, connector_type, credentials, sync_frequency, next_sync_at)"
        " select %s, 'zoom', '{}', case when n %% 100 = 0 then 'daily' else 'manual' end, now() - interval '1 minute'"
        " from generate_series(1, 20000) as n",
        [OWN],
    )
    connection.execute("analyze connector_webhook_events, imported_documents, connector_configs")
    return connection


@pytest.mark.parametrize(
    ("index", "query"),
    [
        pytest.param(
            "idx_webhook_events_unprocessed",
            "select * from connector_webhook_events where processed = false order by received_at limit 50",
            id="unprocessed events",
        ),
        pytest.param(
            "idx_webhook_events_unprocessed",
            "select * from webhook_events where not processed and retry_count < 3 order by received_at limit 50",
            id="unprocessed events by the other name",
        ),
        pytest.param(
            "idx_connector_configs_next_sync",
            "select * from connector_configs where is_active = true and sync_frequency <> 'manual'"
            " and next_sync_at <= now() order by next_sync_at limit 10",
            id="next syncs",
        ),
        pytest.param(
            "idx_imported_docs_chunks",
            "select * from imported_documents where chunks_generated = false limit 50",
            id="documents that wait for chunks",
        ),
    ],
)
def test_a_queue_is_read_by_its_index(crowded: Connection, index: str, query: LiteralString) -> None:
    plan = explain(crowded, query)
    assert index in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan


# The rate limit


def ask(connection: Connection, *arguments: object) -> tuple[object, ...] | None:
    """Ask the rate limit as a webhook route does."""
    places = ", ".join(["%s"] * len(arguments))
    with as_service(connection):
        return connection.execute(
            f"select allowed, remaining, retry_after_seconds > 0 from check_webhook_rate_limit({places})".encode(),
            arguments,
        ).fetchone()


def test_the_limit_is_exact(connection: Connection) -> None:
    answers = [ask(connection, CONNECTOR, 3, 60) for _ in range(4)]
    assert answers == [(True, 2, False), (True, 1, False), (True, 0, False), (False, 0, True)]


def test_the_limit_is_each_connectors_own(connection: Connection) -> None:
    for connector in (CONNECTOR, sample_id("connector", 2)):
        assert ask(connection, connector, 1, 60) == (True, 0, False)


def test_a_new_window_begins(connection: Connection) -> None:
    assert [ask(connection, CONNECTOR, 1, 1) for _ in range(2)] == [(True, 0, False), (False, 0, True)]
    connection.execute("select pg_sleep(1.1)")
    assert ask(connection, CONNECTOR, 1, 1) == (True, 0, False)


def test_the_limit_is_exact_among_concurrent_calls(provisioned: Database) -> None:
    def call(_: int) -> list[object]:
        with provisioned.connect() as worker:
            return [answer[0] for _ in range(10) if (answer := ask(worker, CONNECTOR, 25, 60))]

    with ThreadPoolExecutor(6) as pool:
        allowed = Counter(answer for answers in pool.map(call, range(6)) for answer in answers)
    assert allowed == {True: 25, False: 35}


def test_an_unknown_connector_and_a_senseless_limit_are_errors(connection: Connection) -> None:
    with pytest.raises(errors.NoDataFound):
        ask(connection, organization_id(1))
    with pytest.raises(errors.InvalidParameterValue):
        ask(connection, CONNECTOR, 0)

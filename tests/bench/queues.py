"""The queue queries of the application's workers: their plans, their milliseconds, and what their indexes are worth."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

RUNS = 15
Plan = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Queue:
    """A query that a worker polls with, its index, and the target in milliseconds."""

    name: str
    query: LiteralString
    index: str
    target_ms: float


QUEUES = (
    Queue(
        "next syncs",
        "select id, org_id, connector_type from public.connector_configs"
        " where is_active = true and sync_frequency <> 'manual' and next_sync_at <= now()"
        " order by next_sync_at limit 50",
        "idx_connector_configs_next_sync",
        50,
    ),
    Queue(
        "documents waiting for chunks",
        "select id, org_id from public.imported_documents where not chunks_generated limit 100",
        "idx_imported_docs_chunks",
        100,
    ),
    Queue(
        "unprocessed webhook events",
        "select id, org_id, event_type from public.connector_webhook_events"
        " where processed = false order by received_at limit 100",
        "idx_webhook_events_unprocessed",
        50,
    ),
    Queue(
        "retries, oldest first, by the other name",
        "select id, org_id, event_type, payload from public.webhook_events"
        " where processed = false and retry_count < 3 order by received_at limit 100",
        "idx_webhook_events_unprocessed",
        50,
    ),
)


def measure(connection: psycopg.Connection[Any]) -> bool:
    """Print every queue's plan and times, and give whether each uses its index and keeps to its target."""
    good = [_measure(connection, queue) for queue in QUEUES]
    return all(good)


def _measure(connection: psycopg.Connection[Any], queue: Queue) -> bool:
    plan, with_index = _explained(connection, queue.query, indexes=True)
    _, without = _explained(connection, queue.query, indexes=False)
    kinds = [node["Node Type"] for node in nodes(plan)]
    used = {node["Index Name"] for node in nodes(plan) if "Index Name" in node}
    good = queue.index in used and not {"Seq Scan", "Sort"} & set(kinds)
    steps = " <- ".join(
        f"{node['Node Type']}{' using ' + node['Index Name'] if 'Index Name' in node else ''}" for node in nodes(plan)
    )
    sys.stdout.write(
        f"{queue.name}\n  plan          {steps}\n"
        f"  with index    {with_index:8.3f} ms  (target: under {queue.target_ms:g} ms)\n"
        f"  without       {without:8.3f} ms  ({without / with_index:.0f} times as long)\n"
        f"  {'uses its index' if good else 'DOES NOT USE ITS INDEX as it should'}\n"
    )
    return good and with_index < queue.target_ms


def nodes(plan: Plan) -> Iterator[Plan]:
    """Return every node of a plan, outermost first."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def _explained(connection: psycopg.Connection[Any], query: LiteralString, *, indexes: bool) -> tuple[Plan, float]:
    """Run a query several times as the workers do; give its plan and the median of its execution times in ms."""
    found: list[tuple[Plan, float]] = []
    for _ in range(RUNS):
        with connection.transaction(force_rollback=True):
            connection.execute("set local role service_role")
            if not indexes:
                connection.execute("set local enable_indexscan = off")
                connection.execute("set local enable_indexonlyscan = off")
                connection.execute("set local enable_bitmapscan = off")
            row = connection.execute(f"explain (analyze, format json) {query}").fetchone()
            assert row is not None
            found.append((row[0][0]["Plan"], row[0][0]["Execution Time"]))
    return found[-1][0], statistics.median(time for _, time in found)

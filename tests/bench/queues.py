"""The queue queries of the application's workers: their plans and milliseconds on the local stack's rows.

    make bench        (after `make up`)

Each query is asked as `service_role`, as the workers do, and once more without its index, for comparison: the ratio of
the two says what the index is worth on this machine. The sample's 40 connectors become 120,000 and one document in a
hundred waits, in a transaction that is rolled back. Exit codes: 0 every query uses its index; 2 one does not.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

RUNS = 7
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
)


ARRANGEMENT: tuple[LiteralString, ...] = (
    # One connector in ten is synced on a schedule, one in a hundred is due.
    """
    insert into public.connector_configs
      (org_id, connector_type, name, credentials, sync_frequency, next_sync_at)
    select model.org_id, model.connector_type, 'bench ' || n, '{}',
           case when n % 10 = 0 then 'hourly' else 'manual' end,
           now() + case when n % 100 = 0 then -1 else 1 end * n * interval '1 second'
      from generate_series(1, 120000) as n
     cross join (select org_id, connector_type from public.connector_configs order by id limit 1) as model
    """,
    """
    update public.imported_documents set chunks_generated = true
     where not chunks_generated and abs(hashtext(id::text)) % 40 <> 0
    """,
    "analyze public.connector_configs",
    "analyze public.imported_documents",
    "analyze public.connector_webhook_events",
)


def nodes(plan: Plan) -> Iterator[Plan]:
    """Give every node of a plan, outermost first."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def explained(connection: psycopg.Connection[Any], query: LiteralString, *, indexes: bool) -> tuple[Plan, float]:
    """Run a query several times and give its plan and the median of its execution times in milliseconds."""
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


def measure(connection: psycopg.Connection[Any], queue: Queue) -> bool:
    """Print one queue's plan and times, and give whether it uses its index without reading or sorting the table."""
    plan, with_index = explained(connection, queue.query, indexes=True)
    _, without = explained(connection, queue.query, indexes=False)
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
    return good


def rows(connection: psycopg.Connection[Any], table: LiteralString) -> int:
    """Count a table's rows."""
    row = connection.execute(f"select count(*) from public.{table}").fetchone()
    return int(row[0]) if row else 0


def main() -> int:
    """Measure every queue of the database that the environment names."""
    url = os.environ.get("SUPASCHEMA_DATABASE_URL")
    if not url:
        sys.stderr.write("no database is named: run `make up`, then `make bench`.\n")
        return 3
    with psycopg.connect(url, autocommit=True) as connection:
        tables: tuple[LiteralString, ...] = (
            "connector_configs",
            "imported_documents",
            "connector_webhook_events",
        )
        with connection.transaction(force_rollback=True):
            connection.execute("set local statement_timeout = 0")
            for statement in ARRANGEMENT:
                connection.execute(statement)
            for table in tables:
                sys.stdout.write(f"{table}: {rows(connection, table)} rows\n")
            good = [measure(connection, queue) for queue in QUEUES]
    return 0 if all(good) else 2


if __name__ == "__main__":
    sys.exit(main())

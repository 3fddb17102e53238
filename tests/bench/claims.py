"""What a claim takes: from queues in which one row of a hundred waits, and where one tenant has put in a crowd."""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

RUNS = 15
CROWD = 100_000


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, as a worker makes it, and how one tenant's rows are put before all others."""

    name: str
    call: LiteralString
    crowd: LiteralString


CLAIMS = (
    Claim(
        "due syncs",
        "select count(*), count(distinct org_id) from public.claim_due_syncs(10)",
        "insert into public.connector_configs (org_id, connector_type, credentials, sync_frequency, next_sync_at)"
        " select md5('organization:1')::uuid, 'zoom', '{}', 'hourly', '-infinity' from generate_series(1, %s)",
    ),
    Claim(
        "waiting documents",
        "select count(*), count(distinct org_id) from public.claim_waiting_documents(20)",
        "insert into public.imported_documents (org_id, external_id, created_at)"
        " select md5('organization:1')::uuid, n, '1970-01-01' from generate_series(1, %s) as n",
    ),
    Claim(
        "webhook events",
        "select count(*), count(distinct org_id) from public.claim_webhook_events(50)",
        "insert into public.connector_webhook_events (org_id, event_type, payload, received_at)"
        " select md5('organization:1')::uuid, 'changed', '{}', '1970-01-01' from generate_series(1, %s)",
    ),
)


def measure(connection: psycopg.Connection[Any]) -> None:
    """Print the milliseconds of each claim, and of how many tenants its rows are; what was put in is taken out."""
    sys.stdout.write(f"claims, as workers make them, without and with {CROWD} rows of one tenant before all others\n")
    for claim in CLAIMS:
        quiet = _claimed(connection, claim)
        with connection.transaction(force_rollback=True):
            connection.execute(claim.crowd, [CROWD])
            crowded = _claimed(connection, claim)
        for what, (took, rows, tenants) in (("quiet", quiet), ("crowd", crowded)):
            sys.stdout.write(f"  {claim.name:<20}{what:<7}{took:8.3f} ms  {rows:>3} rows of {tenants:>3} tenants\n")


def _claimed(connection: psycopg.Connection[Any], claim: Claim) -> tuple[float, int, int]:
    times, row = [], None
    for _ in range(RUNS):
        with connection.transaction(force_rollback=True):
            connection.execute("set local role service_role")
            began = time.perf_counter()
            row = connection.execute(claim.call).fetchone()
            times.append(1000 * (time.perf_counter() - began))
    assert row is not None
    return statistics.median(times), row[0], row[1]

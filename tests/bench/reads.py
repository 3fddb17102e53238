"""What row level security costs a reader: each read as a member, next to the same read by a role that it lets pass.

A read is a request as PostgREST makes it: a transaction, one statement that says who asks, and the query.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

from localdb.sample import sample_id
from tests.bench.crowd import CONNECTOR, Crowd
from tests.support.sessions import Connection

MOST = 2.0
"""So many times as long may a read take."""
RUNS = 150
ROUNDS = 5
_ASKS: LiteralString = "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)"


@dataclass(frozen=True, slots=True)
class Read:
    """A read as the application's pages make it, of one organization: by policy, and by the query as well.

    Attributes:
        admins: Only they see these rows.
        judged: Whether its ratio counts. It does not where the platform decides it: a file's name is compared by LIKE,
            which may not be asked before the policies, so all files of the organization are read (of no other one).

    """

    name: str
    query: LiteralString
    admins: bool = False
    judged: bool = True


READS = (
    Read(
        "one document", "select id, title from public.imported_documents where org_id = %(org)s and id = %(document)s"
    ),
    Read(
        "a connector's documents",
        "select id, title from public.imported_documents where org_id = %(org)s and connector_id = %(connector)s",
    ),
    Read(
        "newest documents",
        "select id, title, created_at from public.imported_documents where org_id = %(org)s"
        " order by created_at desc limit 50",
    ),
    Read("documents, counted", "select count(*) from public.imported_documents where org_id = %(org)s"),
    Read("connectors", "select id, name, sync_status from public.connector_configs where org_id = %(org)s"),
    Read(
        "a connector's syncs",
        "select id, status, started_at from public.connector_sync_logs where org_id = %(org)s"
        " and connector_id = %(connector)s order by started_at desc limit 20",
    ),
    Read(
        "newest batches",
        "select id, batch_name, status from public.file_upload_batches where org_id = %(org)s"
        " order by created_at desc limit 20",
    ),
    Read(
        "a connector's events",
        "select id, event_type, payload from public.connector_webhook_events where org_id = %(org)s"
        " and connector_id = %(connector)s order by received_at desc limit 50",
        admins=True,
    ),
    Read(
        "a connector's files",
        "select name from storage.objects where bucket_id = 'connector-imports' and name like %(folder)s",
        judged=False,
    ),
)


def measure(crowd: Crowd) -> None:
    """Print each read's times and their ratio, and mark those past the limit."""
    sys.stdout.write("requests under row level security, the shortest of many, round trips included\n")
    with psycopg.connect(crowd.url, autocommit=True) as connection:
        for read in READS:
            _measure(connection, crowd, read)


def _measure(connection: Connection, crowd: Crowd, read: Read) -> None:
    folder = f"{crowd.organization}/connectors/zoom/{CONNECTOR}/%"
    given = {
        "org": crowd.organization,
        "connector": CONNECTOR,
        "document": sample_id("document", 1000),
        "folder": folder,
    }
    member = crowd.admin if read.admins else crowd.reader
    checked, free, rows = float("inf"), float("inf"), (-1, -2)
    # In turns, so that whatever else the machine does meets both.
    for _ in range(ROUNDS):
        free, of_service = _shortest(connection, read, given, ("service_role", ""), free)
        checked, of_member = _shortest(connection, read, given, ("authenticated", member.sub), checked)
        rows = (of_service, of_member)
    assert rows[0] == rows[1] > 0, f"{read.name}: the two reads gave {rows} rows"
    ratio = checked / free
    verdict = "  (not judged: the platform's LIKE)" if not read.judged else f"  PAST {MOST:g}" if ratio > MOST else ""
    sys.stdout.write(f"  {read.name:<26}{rows[1]:>6} rows {free:8.3f} ms {checked:8.3f} ms {ratio:6.2f} x{verdict}\n")


def _shortest(
    connection: Connection, read: Read, given: dict[str, Any], who: tuple[str, str], known: float
) -> tuple[float, int]:
    """Ask several times; give the shortest time in milliseconds, or the known one, and how many rows there are."""
    (role, sub), rows = who, 0
    claims = json.dumps({"role": role, "sub": sub})
    for _ in range(RUNS):
        began = time.perf_counter()
        with connection.transaction():
            connection.execute(_ASKS, [role, claims], prepare=True)
            rows = len(connection.execute(read.query, given, prepare=True).fetchall())
        known = min(known, 1000 * (time.perf_counter() - began))
    return known, rows

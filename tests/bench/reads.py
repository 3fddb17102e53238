"""What row level security costs a reader: each read as a member, next to the same read by a role that it lets pass."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

from localdb.sample import sample_id
from tests.bench.crowd import CONNECTOR, Crowd
from tests.support.sessions import Connection, as_service, as_user

MOST = 2.0
"""So many times as long may a read take."""
RUNS = 30
ROUNDS = 5


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


def measure(crowd: Crowd) -> bool:
    """Print each read's times and their ratio, and give whether none is past the limit."""
    sys.stdout.write("reads under row level security, the shortest of many, round trip included\n")
    with psycopg.connect(crowd.url, autocommit=True) as connection:
        good = [_measure(connection, crowd, read) for read in READS]
    return all(good)


def _measure(connection: Connection, crowd: Crowd, read: Read) -> bool:
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
        with as_service(connection):
            free, of_service = _shortest(connection, read, given, free)
        with as_user(connection, "authenticated", {"sub": member.sub}):
            checked, of_member = _shortest(connection, read, given, checked)
        rows = (of_service, of_member)
    assert rows[0] == rows[1] > 0, f"{read.name}: the two reads gave {rows} rows"
    ratio = checked / free
    good = ratio <= MOST or not read.judged
    verdict = ("" if good else f"  PAST {MOST:g}") if read.judged else "  (not judged: the platform's LIKE)"
    sys.stdout.write(f"  {read.name:<26}{rows[1]:>6} rows {free:8.3f} ms {checked:8.3f} ms {ratio:6.2f} x{verdict}\n")
    return good


def _shortest(connection: Connection, read: Read, given: dict[str, Any], known: float) -> tuple[float, int]:
    """Read several times; give the shortest time in milliseconds, or the known one, and how many rows there are."""
    rows = 0
    for _ in range(RUNS):
        began = time.perf_counter()
        rows = len(connection.execute(read.query, given, prepare=True).fetchall())
        known = min(known, 1000 * (time.perf_counter() - began))
    return known, rows

"""What the deployed database does at 150,000 rows in each table, on a temporary server of its own.

    make bench        (or: python -m tests.bench.database)

The queue queries with and without their indexes; the claims; reads with and without row level security; the webhook
limit under many connections. Exit codes: 0 every queue uses its index and keeps to its target; 2 one does not. A read
that takes more than twice as long under row level security is marked, and fails nothing: on a busy machine any short
one may.
"""

from __future__ import annotations

import sys

import psycopg

from tests.bench import claims, limits, queues, reads
from tests.bench.crowd import ROWS, crowded


def main() -> int:
    """Measure."""
    sys.stdout.write(f"{ROWS} rows in each table\n")
    with crowded() as crowd:
        with psycopg.connect(crowd.url, autocommit=True) as connection:
            good = queues.measure(connection)
            claims.measure(connection)
        reads.measure(crowd)
        limits.measure(crowd)
    return 0 if good else 2


if __name__ == "__main__":
    sys.exit(main())

"""The audit's validation of a deployed stack, as a command: what is there, and whether that is enough.

    python -m connectors.validation        the database is named by SUPASCHEMA_DATABASE_URL

Exit codes: 0 all is there; 1 it could not be told; 2 something is missing; 3 no database is named.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg

QUERY = Path(__file__).resolve().parents[2] / "sql" / "checks" / "validation.sql"
EXPECTED = {"Tables": 3, "Functions": 2, "RLS Policies": 10}
"""At least so many of each."""


def counts(url: str) -> dict[str, int]:
    """Run the validation query, read-only, and give how many there are of each thing.

    Raises:
        psycopg.Error: The database cannot be asked.

    """
    with psycopg.connect(url, connect_timeout=10) as connection:
        connection.read_only = True
        return {str(name): int(count) for name, count in connection.execute(QUERY.read_bytes())}


def report(found: Mapping[str, int]) -> tuple[str, bool]:
    """Give the counts as a table, and whether each is what is expected or more."""
    lines = [
        f"{'ok' if found.get(name, 0) >= least else 'MISSING':<8}{name:<13}{found.get(name, 0):>3}  (at least {least})"
        for name, least in EXPECTED.items()
    ]
    return "\n".join(lines), all(found.get(name, 0) >= least for name, least in EXPECTED.items())


def main() -> int:
    """Validate the database that the environment names, and give the exit code."""
    url = os.environ.get("SUPASCHEMA_DATABASE_URL")
    if not url:
        sys.stderr.write('no database is named: eval "$(make -s env)", or set SUPASCHEMA_DATABASE_URL.\n')
        return 3
    try:
        found = counts(url)
    except psycopg.Error as error:
        sys.stderr.write(f"the database cannot be asked: {error}\n")
        return 1
    text, complete = report(found)
    sys.stdout.write(f"{text}\n")
    return 0 if complete else 2


if __name__ == "__main__":
    sys.exit(main())

"""The audit's validation of a deployed stack: what must be there at least. `make validate` asks it among others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

QUERY = Path(__file__).resolve().parents[2] / "sql" / "checks" / "validation.sql"
EXPECTED = {"Tables": 3, "Functions": 2, "RLS Policies": 10}
"""At least so many of each."""


def counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Run the validation query and return how many there are of each thing.

    Raises:
        psycopg.Error: The database cannot be asked.

    """
    return {str(name): int(count) for name, count in connection.execute(QUERY.read_bytes())}

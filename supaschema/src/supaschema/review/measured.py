"""How long the statements of a trial took, as the ledger of the scratch database has it."""

from __future__ import annotations

import psycopg

from supaschema.core.errors import SupaschemaError
from supaschema.database.connect import connect
from supaschema.database.settings import Settings
from supaschema.review.trial_result import Measured

_THERE = "select pg_catalog.to_regclass('supaschema.history') is not null"


def last(settings: Settings) -> int:
    """Return the number of the last statement that a database ran; 0: none."""
    with connect(settings) as connection:
        there = connection.execute(_THERE).fetchone()
        if there is None or not there[0]:
            return 0
        found = connection.execute("select coalesce(max(id), 0) from supaschema.history").fetchone()
        return int(found[0]) if found else 0


def since(settings: Settings, number: int) -> tuple[Measured, ...]:
    """Return the statements that it ran after that one, in their order; none where that cannot be read."""
    query = "select statement, seconds from supaschema.history where id > %s order by id"
    try:
        with connect(settings) as connection:
            found = connection.execute(query, [number]).fetchall()
    except (psycopg.Error, SupaschemaError):
        return ()
    return tuple(Measured(sql=text.strip(), seconds=round(seconds, 4)) for text, seconds in found)

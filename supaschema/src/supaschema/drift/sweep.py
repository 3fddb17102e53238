"""The sweep: read, compare, tell. Nothing is written."""

from __future__ import annotations

from supaschema.core.urn import Urn
from supaschema.database.connect import Database
from supaschema.drift import recorded, unmanaged
from supaschema.drift.model import Result, ordered
from supaschema.drift.reading import Reading, read
from supaschema.engine.diff import Kinds


def swept(database: Database, kinds: Kinds) -> Result:
    """Return what differs between the ledger and the database.

    Raises:
        PreconditionError: There is no ledger.
        OwnershipError: The ledger speaks of another database, or is not to be trusted.

    """
    reading = read(database, kinds)
    with database.connection() as connection:
        differing = recorded.deltas(connection, reading)
    found = [*recorded.findings(reading, differing), *unmanaged.findings(reading)]
    return Result(
        database=reading.server.database,
        user=reading.server.user,
        server_major=reading.server.major,
        stacks=_stacks(reading),
        managed=len(reading.ledger.owners),
        findings=ordered(found),
    )


def _stacks(reading: Reading) -> tuple[str, ...]:
    return tuple(sorted({"::".join(Urn.parse(urn).stack_and_project) for urn in reading.ledger.by_urn}))

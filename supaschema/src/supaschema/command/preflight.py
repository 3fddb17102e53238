"""Tell whether the database can take a deployment now.

Nothing is written. 2: something stands in its way.
"""

from __future__ import annotations

import argparse

from supaschema.command.outcome import Exit, say
from supaschema.database.connect import Database
from supaschema.gate import backup, situation
from supaschema.gate.findings import Finding, Weight
from supaschema.gate.preflight import findings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no argument."""


def run(_: argparse.Namespace, database: Database) -> Exit:
    """Print what was found."""
    found = (*look(database), *backup.of_tool(database.server.major, is_needed=False))
    say(*map(str, found))
    return Exit.FINDINGS if stops(found) else Exit.DONE


def look(database: Database) -> tuple[Finding, ...]:
    """Return what stands in a deployment's way, or may harm it."""
    with database.connection() as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        return findings(situation.read(connection))


def stops(found: tuple[Finding, ...]) -> bool:
    """Return whether a deployment should not begin."""
    return any(finding.weight is Weight.STOP for finding in found)

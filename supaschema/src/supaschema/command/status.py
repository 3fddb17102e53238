"""Tell whose ledger this is, which stacks are in it, and what is archived."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from supaschema.archive import contents as archive_contents
from supaschema.archive.columns import WATCH
from supaschema.command.outcome import Exit, listed, say
from supaschema.database.connect import Database
from supaschema.ledger import identity
from supaschema.review.words import number


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no argument."""


def run(_: argparse.Namespace, database: Database) -> Exit:
    """Print it; 2 where the database is a copy that nobody has claimed."""
    server = database.server
    say(f"database {server.database}, PostgreSQL {server.major}, as {server.user}")
    with database.connection() as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        if not identity.exists(connection):
            say("There is no ledger: nothing is managed here.")
            return Exit.DONE
        known = identity.speaks_of(connection, server)
        say(
            "The ledger speaks of this database." if known else "This is a copy: the ledger speaks of another database."
        )
        say(*listed("Stacks:", stacks(identity.resources(connection))))
        say(*listed("In the archive:", archive_contents.everything(connection)))
        left = (f"trigger {WATCH} on {table}" for table in archive_contents.watched(connection))
        say(*listed("Left by a drop of columns that was interrupted; the table's next deployment removes it:", left))
    return Exit.DONE if known else Exit.FINDINGS


def stacks(resources: Iterable[identity.Resource]) -> list[str]:
    """Return a line for each stack."""
    grouped: dict[str, list[identity.Resource]] = {}
    for resource in resources:
        grouped.setdefault(resource.stack, []).append(resource)
    return [f"{stack}: {_amount(own)}" for stack, own in sorted(grouped.items())]


def _amount(resources: list[identity.Resource]) -> str:
    objects, made = sum(item.objects for item in resources), sum(item.made for item in resources)
    return f"{number(objects, 'object')} of {number(len(resources), 'resource')}; {objects - made} were there before"

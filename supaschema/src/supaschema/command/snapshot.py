"""Write the database's structure, without rows and secrets, to one file that reviews and rebuilds are made from."""

from __future__ import annotations

import argparse
from pathlib import Path

from supaschema.command.outcome import Exit, complain, say
from supaschema.database.connect import Database
from supaschema.portable import state
from supaschema.portable.model import save
from supaschema.portable.take import taken
from supaschema.registry import KINDS
from supaschema.review.words import number


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--output", type=Path, default=Path("snapshot.json.gz"), metavar="FILE", help="default: %(default)s"
    )
    beside = parser.add_mutually_exclusive_group()
    beside.add_argument("--stack", help="with the state of this stack of the project in the current folder")
    beside.add_argument(
        "--state", type=Path, metavar="FILE", help="with this state, as `pulumi stack export` prints it"
    )


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Write the file."""
    exported = None
    if options.state is not None:
        exported = state.read(options.state)
    elif options.stack is not None:
        exported = state.exported(options.stack)
    snapshot = taken(database, KINDS, exported)
    save(snapshot, options.output)
    recorded = 0 if snapshot.ledger is None else len(snapshot.ledger.entries)
    say(
        f"{options.output}: {number(len(snapshot.facts), 'object')} of database {snapshot.server.database}, "
        f"{recorded} of them in the ledger; fingerprint {snapshot.fingerprint[:12]}."
    )
    if snapshot.not_modelled:
        say(f"Not modelled, and named in it: {number(len(snapshot.not_modelled), 'object')}.")
    if snapshot.not_read:
        kinds = ", ".join(name.replace("_", " ") for name in snapshot.not_read)
        complain(f"role {database.server.user} is not shown every {kinds}: the snapshot has none of them.")
    return Exit.DONE

"""Tell what differs between what the last deployment recorded and what is live.

Nothing is written, no program is run and no state is read. 1: it could not be told; 2: something differs.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from supaschema.command.outcome import Exit, complain, say
from supaschema.core.errors import PreconditionError
from supaschema.core.printable import write
from supaschema.database.connect import Database
from supaschema.drift import text, written
from supaschema.drift.model import Result
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="for people or for programs")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the result as JSON there too")


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Write what differs."""
    try:
        result = swept(database, KINDS)
    except PreconditionError as error:
        complain(str(error))
        return Exit.MISSING
    if options.output:
        options.output.write_text(written.text(result), encoding="utf-8")
    if options.format == "json":
        write(written.text(result))
    else:
        say(*text.lines(result))
    return code_of(result)


def code_of(result: Result) -> Exit:
    """Return the exit code: what differs weighs more than what could not be told."""
    if result.drifted:
        return Exit.FINDINGS
    return Exit.FAILED if result.untold else Exit.DONE

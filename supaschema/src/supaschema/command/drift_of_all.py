"""What `drift` does of a list of databases. 2: one differs; else 1: of one it could not be told."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from supaschema.command.drift_telling import telling
from supaschema.command.outcome import Exit, complain, require_place, say, write_file
from supaschema.core.errors import DeclarationError, SupaschemaError
from supaschema.core.printable import write
from supaschema.database.settings import milliseconds
from supaschema.drift import databases, rules, several_told
from supaschema.drift.several import Limits, State, Told, compared, sweep_all
from supaschema.registry import KINDS

_RESULT = "the result"
_FORMATS = ("text", "json", "markdown")
_MOST_AT_ONCE = 64


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--all", dest="listed", type=Path, metavar="FILE", help="sweep the databases that this file lists"
    )
    parser.add_argument(
        "--within", type=_seconds, metavar="TIME", help=f"with --all: how long each may take ({Limits().seconds:g}s)"
    )
    parser.add_argument(
        "--at-once", type=_at_once, metavar="N", help=f"with --all: how many are swept at once ({Limits().at_once})"
    )


def run(options: argparse.Namespace) -> Exit:
    """Write what differs in each database.

    Raises:
        SupaschemaError: What is asked makes no sense together, or a file cannot be written.

    """
    _require_sense(options)
    require_place(options.output, _RESULT)
    # What the pool of connections logs names the server.
    logging.getLogger("psycopg").addHandler(logging.NullHandler())
    try:
        listed = databases.read(options.listed)
        kept = rules.read(options.rules) if options.rules else ()
        before = several_told.read(options.since) if options.since else None
        others = telling(options)
    except DeclarationError as error:
        complain(str(error))
        return Exit.MISSING
    limits = Limits(options.at_once or Limits().at_once, options.within or Limits().seconds)
    found = sweep_all(listed, KINDS, kept, limits)
    found = found if before is None else compared(found, before)
    _tell(options, found)
    others.tell(found, transitions=before is not None)
    return code_of(found)


def code_of(found: tuple[Told, ...]) -> Exit:
    """Return the exit code: what differs weighs more than what could not be told."""
    states = {each.state for each in found}
    if State.DRIFT in states:
        return Exit.FINDINGS
    return Exit.FAILED if State.UNTOLD in states else Exit.DONE


def _tell(options: argparse.Namespace, found: tuple[Told, ...]) -> None:
    if options.output:
        write_file(options.output, several_told.text(found), _RESULT)
    if options.format == "text":
        say(*several_told.lines(found))
    else:
        write(several_told.text(found) if options.format == "json" else several_told.as_markdown(found))


def _require_sense(options: argparse.Namespace) -> None:
    beside = [name for name in ("accept", "accepted") if getattr(options, name)]
    if beside:
        what = f"--{beside[0]} is of one database, and --all of several."
        raise SupaschemaError(what, remedy="Name the file in the list: accepted = ...; write it without --all.")
    for name in ("repair", "adopt"):
        if getattr(options, name):
            raise SupaschemaError(f"--{name} is of one database, and --all of several.", remedy=f"Leave out --{name}.")
    if options.format not in _FORMATS:
        what = f"--format {options.format} has no place for several databases (--all)."
        raise SupaschemaError(what, remedy=f"Name one of {', '.join(_FORMATS)}.")


def _seconds(text: str) -> float:
    found = milliseconds(text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration: write 30s, 2min.")
    return found / 1000


def _at_once(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MOST_AT_ONCE:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {_MOST_AT_ONCE}.")
    return int(text)

"""Deploy what was approved, if it is still what would be run and the database can take it now, and watch it meanwhile.

In the project's folder. 2: it is not what was approved, something stands in its way, or it could not be told; nothing
was run. 5: it was run, and a limit was passed.
"""

from __future__ import annotations

import argparse
import shlex
import time
from pathlib import Path

import psycopg

from supaschema.command import preflight
from supaschema.command.outcome import Exit, complain, listed, say
from supaschema.core import programs
from supaschema.core.errors import SupaschemaError
from supaschema.database.connect import Database
from supaschema.database.dsn import masked
from supaschema.database.server_errors import server_error
from supaschema.gate import approval, backup, touched, watch
from supaschema.gate.backup import Place
from supaschema.gate.watch import Watcher
from supaschema.portable.take import taken
from supaschema.registry import KINDS
from supaschema.review import gather
from supaschema.review.model import StackReport, Verdict

_AGAIN = "Something failed. What was done is told above; run again, it goes on from there."
_ENDED = "It was ended. What was done is told above; run again, it goes on from there."
_PAUSE = 1.0
"""Seconds between two looks."""
_WATCHED = 30
"""Seconds for which it is watched once it is deployed, unless told otherwise."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--stack", required=True, help="the stack to deploy")
    parser.add_argument("--report", type=Path, required=True, help="what was approved: a report as JSON")
    parser.add_argument(
        "--backup", type=Path, metavar="FOLDER", help="back up there, by pg_dump, the tables whose rows it touches"
    )
    parser.add_argument(
        "--backup-command",
        metavar="COMMAND",
        help=f"give it each file of the backup, named in {backup.NAME_VARIABLE}",
    )
    parser.add_argument("--watch", type=int, default=_WATCHED, metavar="SECONDS", help="watch it after (%(default)s)")
    parser.add_argument("--watches", type=Path, metavar="FOLDER", help="what the project watches: a query each file")
    parser.add_argument(
        "--longest-wait",
        type=int,
        default=watch.LONGEST_WAIT,
        metavar="SECONDS",
        help="how long others may wait for its locks (%(default)s)",
    )


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Compare, and deploy."""
    try:
        ready = _ready(options, database)
    except (SupaschemaError, psycopg.Error) as error:
        told = error if isinstance(error, SupaschemaError) else server_error(error)
        complain(masked(str(told), database.settings))
        say("Nothing was run.")
        return Exit.FINDINGS
    if isinstance(ready, Exit):
        return ready
    watcher, files = ready
    try:
        return _deployed(options, watcher, files)
    finally:
        watcher.close()


def _ready(options: argparse.Namespace, database: Database) -> Exit | tuple[Watcher, tuple[str, ...]]:
    """Do all that comes before; return what watches it and the files of the backup, or why nothing is to be run."""
    approved = approval.of_stack(options.report, options.stack)
    found = preflight.look(database)
    say(*map(str, found))
    if preflight.stops(found):
        say("Nothing was run.")
        return Exit.FINDINGS
    if reasons := _of_a_snapshot(approved, database):
        say(*listed("This cannot be deployed:", reasons), "Nothing was run. Make a report again, and read it.")
        return Exit.FINDINGS
    now = gather.of_stack(options.stack)
    if reasons := _reasons(approved, now):
        say(*listed("This is not what was approved:", reasons), "Nothing was run. Make a report again, and read it.")
        return Exit.FINDINGS
    say(*listed("This was approved and is not needed any more:", approval.needless(approved, now)))
    if now.verdict is Verdict.EMPTY:
        say("Nothing changes any more.")
        return Exit.DONE
    watches = watch.of_folder(options.watches) if options.watches else ()
    files = _backed_up(options, database, now)
    if files is None:
        say("Nothing was run.")
        return Exit.FINDINGS
    return Watcher(database.settings, watches, options.longest_wait), files


def _of_a_snapshot(approved: StackReport, database: Database) -> list[str]:
    if approved.trial is None and approved.origin is None:
        return []
    reasons = ["a report of a snapshot says nothing of the rows that there are; approve one without --snapshot."]
    if approved.origin is not None and taken(database, KINDS).fingerprint != approved.origin.fingerprint:
        reasons.insert(
            0, f"it is stale: the database has changed since its snapshot was taken ({approved.origin.taken_at})."
        )
    return reasons


def _reasons(approved: StackReport, now: StackReport) -> list[str]:
    reasons = list(approval.not_approved(approved, now))
    if now.verdict is Verdict.FAILS:
        reasons += [f"the preview fails: {problem.message}" for problem in now.problems]
    if now.verdict is Verdict.REFUSED:
        reasons += [f"{risk.sentence} It lacks consent." for _, risk in now.risks() if risk.refused]
    return reasons


def _backed_up(options: argparse.Namespace, database: Database, now: StackReport) -> tuple[str, ...] | None:
    """Back up what it touches, where that is wished; return the files. None: what is wished could not be done."""
    with database.connection() as connection:
        relations = backup.existing(connection, touched.relations(now))
    named = ", ".join(".".join(each) for each in relations)
    place = Place(options.backup, options.backup_command)
    if not relations:
        say("No table's rows are touched: there is nothing to back up.")
        return ()
    if place == Place():
        say(f"The rows of {named} are touched, and not backed up (--backup FOLDER).")
        return ()
    found = tuple(backup.of_tool(database.server.major, is_needed=True))
    say(*map(str, found))
    if preflight.stops(found):
        return None
    try:
        files = backup.made(database, options.stack, relations, place)
    except SupaschemaError as error:
        say(f"The backup of {named} failed: {error}")
        return None
    say(*listed(f"Backed up, {named} and the structure of all:", files))
    return files


def _deployed(options: argparse.Namespace, watcher: Watcher, files: tuple[str, ...]) -> Exit:
    """Run `pulumi up`, and watch it."""
    first = watcher.begin()
    over = [reading for reading in first.readings.values() if reading.is_over]
    say(*listed("Over its limit before anything was run, so it is not heeded:", over))
    say(*listed("Not to be read yet:", (f"{name}: {why}" for name, why in first.unread.items())))
    # What it is doing is for whoever watches: it writes to our own output.
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", options.stack]
    is_ended = False

    def is_enough() -> bool:
        nonlocal is_ended
        is_ended = _stops(watcher)
        return is_ended

    code = programs.run_watched(command, is_enough, _PAUSE)
    if is_ended:
        # It may have come to its own end in that moment.
        say("It is deployed." if code == 0 else _ENDED, *_way_back(options, files))
        return Exit.STOPPED
    if code != 0:
        say(_AGAIN, *_way_back(options, files))
        return Exit.FAILED
    return _watched(options, watcher, files)


def _watched(options: argparse.Namespace, watcher: Watcher, files: tuple[str, ...]) -> Exit:
    """Watch what is deployed."""
    if options.watch <= 0:
        return Exit.DONE
    end = time.monotonic() + options.watch
    # What the last look finds over its limit for the first time is looked at once more.
    while time.monotonic() < end or watcher.is_in_doubt:
        time.sleep(_PAUSE)
        if _stops(watcher):
            say("It is deployed.", *_way_back(options, files))
            return Exit.STOPPED
    last = watcher.last
    say(*listed(f"Watched for {options.watch} s since:", last.readings.values()))
    if last.unread:
        told = (f"{name}: {why}" for name, why in last.unread.items())
        say(*listed("STOP: it is deployed, and how it does cannot be told:", told), *_way_back(options, files))
        return Exit.STOPPED
    return Exit.DONE


def _stops(watcher: Watcher) -> bool:
    found = watcher.stops()
    say(*listed("STOP: over its limit:", found))
    return bool(found)


def _way_back(options: argparse.Namespace, files: tuple[str, ...]) -> list[str]:
    """Return how to get back to what was deployed before, as lines."""
    stack = shlex.quote(options.stack)
    return [
        *listed(
            "The way back, in a checkout of the program that was deployed before:",
            (
                f"supaschema report --stack {stack} --format json --output back.json",
                "supaschema report --from back.json",
                f"supaschema deploy --stack {stack} --report back.json",
            ),
        ),
        "It takes what was dropped out of the archive.",
        *listed("Values that were written over are in the backup (pg_restore --data-only):", files),
    ]

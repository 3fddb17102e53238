"""Tell what the program in this folder would change in a stack, for a review.

In the project's folder, with the database of SUPASCHEMA_DATABASE_URL, in which nothing is written; or with a snapshot
of it, and then it is tried. 2: it fails, or failed when it was tried, needs consent, is stale or not known in full.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable
from pathlib import Path

from supaschema.command import scratch
from supaschema.command.databases import of_environment
from supaschema.command.outcome import Exit, complain, require_place, write_file
from supaschema.core.errors import PreconditionError, SupaschemaError
from supaschema.core.printable import write
from supaschema.database.connect import Database
from supaschema.database.settings import Settings
from supaschema.portable.model import load
from supaschema.review import gather
from supaschema.review.from_snapshot import Asked, compared, of_snapshot
from supaschema.review.markdown import markdown
from supaschema.review.model import Problem, Report, StackReport, Verdict
from supaschema.review.page import page
from supaschema.review.reading import read

_FORMATS: dict[str, Callable[[Report], str]] = {"markdown": markdown, "html": page, "json": Report.json}

_MOST_ROWS = 10_000_000
_WHAT = "the report"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    of = parser.add_mutually_exclusive_group(required=True)
    of.add_argument("--stack", action="append", help="the stack to preview; may be given again")
    of.add_argument("--from", dest="reports", action="append", type=Path, metavar="FILE", help="a report as JSON")
    parser.add_argument("--snapshot", type=Path, metavar="FILE", help="try it in a scratch database made from this")
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="a later snapshot: tell whether the one it was made of is stale"
    )
    parser.add_argument("--earlier", type=Path, metavar="FOLDER", help="of a trial: the program that is deployed")
    parser.add_argument(
        "--rows", type=_rows, metavar="N", help="of a trial: measure it, with up to so many made-up rows a table"
    )
    parser.add_argument("--validate", metavar="COMMAND", help="of a trial: what validates a deployed stack")
    parser.add_argument(
        "--scratch",
        metavar="URL",
        help=f"an empty database: a URL, or the variable that holds one (default: {scratch.URL_VARIABLE})",
    )
    parser.add_argument("--format", choices=tuple(_FORMATS), default="markdown", help="for people or programs")
    parser.add_argument("--output", type=Path, help="the file to write; standard output unless told")
    parser.add_argument("--refresh", action="store_true", help="see what was changed behind the program's back, too")


def settings(options: argparse.Namespace) -> Settings | None:
    """Return the settings of the database that is asked. None: what is asked needs none.

    Raises:
        DeclarationError: None is named.

    """
    if options.reports:
        return None
    return scratch.named(options.scratch) if options.snapshot else of_environment()


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Write the report."""
    require_place(options.output, _WHAT)
    if options.snapshot:
        return _of_snapshot(options, database)
    more = ("--refresh",) if options.refresh else ()
    return _written(Report(stacks=gather.of_stacks(tuple(dict.fromkeys(options.stack)), more)), options)


def _of_snapshot(options: argparse.Namespace, database: Database) -> Exit:
    if len(options.stack) > 1 or options.refresh:
        raise SupaschemaError("a snapshot is of one stack and one time.", remedy="Name one stack, without --refresh.")
    validation = tuple(shlex.split(options.validate or ""))
    asked = Asked(Path.cwd(), options.stack[0], options.earlier, validation, options.rows)
    snapshot = load(options.snapshot)
    database.close()
    try:
        report = of_snapshot(asked, snapshot, database.settings)
        return _written(Report(stacks=_compared((report,), options.against)), options)
    except PreconditionError as error:
        complain(str(error))
        return Exit.MISSING


def run_without(options: argparse.Namespace) -> Exit:
    """Write reports that were made before, whoever made them, as one. One of several that is none fails in its place.

    Raises:
        SupaschemaError: None is a report.

    """
    require_place(options.output, _WHAT)
    stacks: list[StackReport] = []
    refused: list[SupaschemaError] = []
    for path in options.reports:
        try:
            stacks += read(path).stacks
        except SupaschemaError as error:
            refused.append(error)
            why = Problem(urn=None, message=f"This report cannot be read: {error.what}")
            stacks.append(StackReport(stack=str(path), changes=(), problems=(why,), unchanged=0))
    if len(refused) == len(options.reports):
        raise refused[0]
    return _written(Report(stacks=_compared(tuple(stacks), options.against)), options)


def _compared(stacks: tuple[StackReport, ...], against: Path | None) -> tuple[StackReport, ...]:
    if against is None:
        return stacks
    if len(stacks) > 1:
        raise SupaschemaError("a snapshot is of one stack.", remedy="Compare the report of one stack with it.")
    newer = load(against)
    return tuple(compared(stack, newer) for stack in stacks)


def misused(options: argparse.Namespace) -> str:
    """Return why what is asked makes no sense together; nothing where it does."""
    tried = {
        "--earlier": options.earlier,
        "--scratch": options.scratch,
        "--validate": options.validate,
        "--rows": options.rows,
    }
    asked = {"--snapshot": options.snapshot, "--refresh": options.refresh, **tried}
    if options.reports:
        wrong = [name for name, value in asked.items() if value]
        return f"{wrong[0]} is not for reports that were made before (--from)" if wrong else ""
    of_trials = {**tried, "--against": options.against}
    wrong = [name for name, value in of_trials.items() if value and not options.snapshot]
    return f"{wrong[0]} is for a trial: name the --snapshot to try it with" if wrong else ""


def _rows(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) <= _MOST_ROWS:
        raise argparse.ArgumentTypeError(f"it is a number from 1 to {_MOST_ROWS:,}")
    return int(text)


def _written(report: Report, options: argparse.Namespace) -> Exit:
    text = _FORMATS[options.format](report)
    if options.output is None:
        write(text)
    else:
        write_file(options.output, text, _WHAT)
    stands = all(stack.verdict in (Verdict.APPLIES, Verdict.EMPTY) for stack in report.stacks)
    return Exit.DONE if stands else Exit.FINDINGS

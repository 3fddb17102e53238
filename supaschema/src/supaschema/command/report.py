"""Tell what the program in this folder would change in a stack, for a review.

In the project's folder, with the database of SUPASCHEMA_DATABASE_URL, in which nothing is written; or with a snapshot
of it, and then it is tried. 2: it fails or needs consent.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from supaschema.command import scratch
from supaschema.command.outcome import Exit, complain
from supaschema.core.errors import PreconditionError, SupaschemaError
from supaschema.core.printable import write
from supaschema.database.connect import Database
from supaschema.database.settings import Settings, settings_from
from supaschema.portable.model import load
from supaschema.review import gather
from supaschema.review.from_snapshot import Asked, of_snapshot
from supaschema.review.markdown import markdown
from supaschema.review.model import Report, Verdict
from supaschema.review.page import page
from supaschema.review.reading import read

_FORMATS: dict[str, Callable[[Report], str]] = {"markdown": markdown, "html": page, "json": Report.json}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    of = parser.add_mutually_exclusive_group(required=True)
    of.add_argument("--stack", action="append", help="the stack to preview; may be given again")
    of.add_argument("--from", dest="reports", action="append", type=Path, metavar="FILE", help="a report as JSON")
    parser.add_argument("--snapshot", type=Path, metavar="FILE", help="try it in a scratch database made from this")
    parser.add_argument("--earlier", type=Path, metavar="FOLDER", help="of a trial: the program that is deployed")
    parser.add_argument(
        "--scratch", metavar="URL", help=f"an empty database (default: the variable {scratch.URL_VARIABLE})"
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
    return scratch.named(options.scratch) if options.snapshot else settings_from({})


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Write the report."""
    if options.snapshot:
        return _of_snapshot(options, database)
    more = ("--refresh",) if options.refresh else ()
    return _written(Report(stacks=gather.of_stacks(tuple(dict.fromkeys(options.stack)), more)), options)


def _of_snapshot(options: argparse.Namespace, database: Database) -> Exit:
    if len(options.stack) > 1 or options.refresh:
        raise SupaschemaError("a snapshot is of one stack and one time.", remedy="Name one stack, without --refresh.")
    asked = Asked(Path.cwd(), options.stack[0], options.earlier)
    snapshot = load(options.snapshot)
    database.close()
    try:
        return _written(Report(stacks=(of_snapshot(asked, snapshot, database.settings),)), options)
    except PreconditionError as error:
        complain(str(error))
        return Exit.MISSING


def run_without(options: argparse.Namespace) -> Exit:
    """Write reports that were made before, whoever made them, as one.

    Raises:
        SupaschemaError: One is no report.

    """
    return _written(Report(stacks=tuple(stack for path in options.reports for stack in read(path).stacks)), options)


def _written(report: Report, options: argparse.Namespace) -> Exit:
    text = _FORMATS[options.format](report)
    if options.output is None:
        write(text)
    else:
        options.output.write_text(text, encoding="utf-8")
    stands = all(stack.verdict in (Verdict.APPLIES, Verdict.EMPTY) for stack in report.stacks)
    return Exit.DONE if stands else Exit.FINDINGS

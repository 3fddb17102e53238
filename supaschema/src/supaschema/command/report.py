"""Tell what the program in this folder would change in a stack, for a review.

In the project's folder, with the database of SUPASCHEMA_DATABASE_URL; nothing is written. 2: it fails or needs consent.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from supaschema.command.outcome import Exit
from supaschema.core.printable import write
from supaschema.database.connect import Database
from supaschema.review import gather
from supaschema.review.markdown import markdown
from supaschema.review.model import Report, Verdict
from supaschema.review.page import page

_FORMATS: dict[str, Callable[[Report], str]] = {"markdown": markdown, "html": page, "json": Report.json}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--stack", required=True, action="append", help="the stack to preview; may be given again")
    parser.add_argument("--format", choices=tuple(_FORMATS), default="markdown", help="for people or programs")
    parser.add_argument("--output", type=Path, help="the file to write; standard output unless told")
    parser.add_argument("--refresh", action="store_true", help="see what was changed behind the program's back, too")


def run(options: argparse.Namespace, _: Database) -> Exit:
    """Write the report."""
    more = ("--refresh",) if options.refresh else ()
    report = Report(stacks=gather.of_stacks(tuple(dict.fromkeys(options.stack)), more))
    text = _FORMATS[options.format](report)
    if options.output is None:
        write(text)
    else:
        options.output.write_text(text, encoding="utf-8")
    stands = all(stack.verdict in (Verdict.APPLIES, Verdict.EMPTY) for stack in report.stacks)
    return Exit.DONE if stands else Exit.FINDINGS

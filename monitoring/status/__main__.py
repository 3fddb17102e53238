"""The state of a stack on one screen.

    pulumi stack history --json | python -m monitoring.status --stack staging

The database is named by SUPASCHEMA_MONITOR_URL (a login of connector_monitor) or by SUPASCHEMA_DATABASE_URL (the
owner). Nothing is written to it. With --json: all of it, for machines; with --html: one page that needs no network.

Exit codes: 0 it was told; 1 it could not be; 3 no database is named.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from monitoring.status import known
from monitoring.status.concerns import concerns
from monitoring.status.model import Status
from monitoring.status.reading import reading, require_own, role, sections
from monitoring.status.screen import screen
from supaschema.core.core_dumps import disable_core_dumps
from supaschema.core.errors import ConnectionRefused, OwnershipError
from supaschema.core.printable import lines, write
from supaschema.database.dsn import masked
from supaschema.database.server_errors import said
from supaschema.database.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Tell the state of the stack that arguments and environment name, and return the exit code."""
    asked = _parser().parse_args(arguments)
    url = os.environ.get("SUPASCHEMA_MONITOR_URL") or os.environ.get("SUPASCHEMA_DATABASE_URL")
    if not url:
        return _refuse(
            'no database is named: eval "$(make -s env)", or set SUPASCHEMA_MONITOR_URL or SUPASCHEMA_DATABASE_URL.', 3
        )
    history = "" if sys.stdin.isatty() else sys.stdin.read()
    try:
        with reading(url) as connection:
            require_own(connection)
            status = Status(
                stack=asked.stack,
                at=datetime.now(UTC),
                role=role(connection),
                sections=sections(connection),
                updates=known.updates(history),
                outcomes=known.outcomes(asked.stack),
                page=asked.page or None,
                let_off=known.rules_let_off(asked.lints),
            )
    except OwnershipError as error:
        return _refuse(str(error), 1)
    except ConnectionRefused as error:
        return _refuse(masked(f"the database cannot be asked: {error}", Settings(database_url=url)), 1)
    except psycopg.Error as error:
        return _refuse(masked(f"the database cannot be asked: {said(error)}.", Settings(database_url=url)), 1)
    try:
        _tell(status, asked)
    except OSError as error:
        return _refuse(f"the page cannot be written: {error.strerror}: {error.filename}", 1)
    return 0


def as_json(status: Status) -> str:
    """Return all that is told, for machines; the escapes of JSON leave nothing that steers a terminal."""
    told: dict[str, Any] = {
        "stack": status.stack,
        "at": status.at,
        "role": status.role,
        "page": status.page,
        "let_off": status.let_off,
        "concerns": concerns(status),
        "updates": [asdict(update) for update in status.updates],
        "outcomes": {name: {**asdict(one), "word": one.word} for name, one in status.outcomes.items()},
        "sections": {section.name: {"rows": section.rows, "untold": section.untold} for section in status.sections},
    }
    return json.dumps(told, indent=2, default=lambda value: value.isoformat())


def _tell(status: Status, asked: argparse.Namespace) -> None:
    if asked.html:
        # Imported only where a page is asked for: drawing takes time to load.
        from monitoring.status.page import page  # noqa: PLC0415

        asked.html.parent.mkdir(parents=True, exist_ok=True)
        asked.html.write_text(page(status), encoding="utf-8")
        sys.stderr.write(f"==> {lines(str(asked.html))}\n")
    if asked.json:
        sys.stdout.write(f"{as_json(status)}\n")
    elif not asked.html:
        color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        # Each text in it is made printable by itself; what is left are the colours.
        (sys.stdout.write if color else write)(screen(status, color=color))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="status", description="Tell the state of a stack; nothing is written.")
    parser.add_argument("--stack", default="local", help="the stack's name (local)")
    parser.add_argument("--page", metavar="URL", help="where the page for admins is published")
    parser.add_argument("--lints", metavar="JSON", default="", help="the stack's setting of that name")
    parser.add_argument("--json", action="store_true", help="all of it as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="one page with charts, into this file")
    return parser


def _refuse(message: str, code: int) -> int:
    sys.stderr.write(f"{lines(message)}\n")
    return code


if __name__ == "__main__":
    disable_core_dumps()
    sys.exit(main())

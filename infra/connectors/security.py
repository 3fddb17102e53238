"""The checks of sql/checks/findings as a command: what in a database is open, slow or frail that should not be.

    python -m connectors.security        the database is named by SUPASCHEMA_DATABASE_URL

Exit codes: 0 nothing found; 1 it could not be told; 2 findings; 3 no database is named, it is no Supabase database, or
(with --ours) nothing is deployed in it.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg

from supaschema.connection import URL_VARIABLE, Refused, reading, require_trusted_ledger, require_trusted_owner
from supaschema.process import disable_core_dumps, line, lines

_CHECKS = Path(__file__).resolve().parents[2] / "sql" / "checks"
_SCOPE = _CHECKS / "scope.sql"
_OWNED = _CHECKS / "owned.sql"
_LABELS = ("Finds", "Refused at preview", "Supabase's linter")


class Level(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says of one object.

    Attributes:
        check: The check's name, which is its file's.
        level: How bad it is.
        object: The object, qualified.
        detail: What is wrong with it.
        remedy: What to do.

    """

    check: str
    level: Level
    object: str
    detail: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Check:
    """One check: a query, and what the comment on top of its file says of it."""

    name: str
    query: str
    finds: str
    refused: str
    linter: str

    @property
    def asks_for_buckets(self) -> bool:
        """Whether it reads the list of buckets, which row level security may hide."""
        return "storage.buckets" in self.query


class NotSupabase(Exception):
    """The database lacks what the checks ask about."""


class NothingDeployed(Exception):
    """There is no ledger that says what is the stacks' own."""


class Hidden(Exception):
    """The connection's role is not shown what the checks ask about."""


def checks() -> tuple[Check, ...]:
    """Return every check, by name.

    Raise:
        ValueError: A file's comment does not say what it finds, where it is refused, or what the linter calls it.

    """
    return tuple(_read(path) for path in sorted((_CHECKS / "findings").glob("*.sql")))


def findings(
    connection: psycopg.Connection[Any], *, exposed: Sequence[str] = ("public",), only: Iterable[Check] | None = None
) -> list[Finding]:
    """Run the checks in a transaction that reads, and is rolled back.

    Args:
        connection: A connection to the database; a transaction that is open stays so.
        exposed: The schemas that the API offers.
        only: The checks to run; None: all.

    Raise:
        NotSupabase: There is no schema storage, or no role anon or authenticated.
        OwnershipError: To read the buckets could run what others wrote.
        Hidden: A check asks for buckets, and the role is held to row level security on them: it would see none.
        psycopg.Error: The database cannot be asked.

    """
    asked = checks() if only is None else tuple(only)
    with connection.transaction(force_rollback=True):
        connection.execute("set transaction read only")
        _require(connection, buckets=any(check.asks_for_buckets for check in asked))
        connection.execute(_SCOPE.read_bytes())
        connection.execute("select set_config('checks.exposed_schemas', %s, true)", [",".join(exposed)])
        rows = [row for check in asked for row in connection.execute(check.query.encode())]
    return [Finding(check, Level(level), *texts) for check, level, *texts in rows]


def owned(connection: psycopg.Connection[Any], found: Iterable[Finding]) -> list[Finding]:
    """Return the findings on objects that the database's stacks declare, by the ledger.

    Raise:
        NothingDeployed: The database holds no ledger.
        OwnershipError: To read the ledger could run what others wrote.
        psycopg.Error: The database cannot be asked.

    """
    require_trusted_ledger(connection)
    with connection.transaction(force_rollback=True):
        connection.execute("set transaction read only")
        if connection.execute("select to_regclass('supaschema.objects')").fetchone() == (None,):
            raise NothingDeployed("nothing is deployed in this database: it holds no ledger.")
        if connection.execute("select to_regclass('supaschema.recorded')").fetchone() == (None,):
            raise NothingDeployed("the ledger was made by an earlier version: deploy once as its owner.")
        names = {str(row[0]) for row in connection.execute(_OWNED.read_bytes())}
    return [finding for finding in found if finding.object in names]


def report(found: Sequence[Finding], asked: Sequence[Check]) -> str:
    """Return findings as text, the worst first, and how many checks found them."""
    order = list(Level)
    lines = [
        f"{item.level:<8}{line(item.object)}: {line(item.detail)} [{item.check}]\n        {line(item.remedy)}"
        for item in sorted(found, key=lambda item: (order.index(item.level), item.object, item.check))
    ]
    counted = ", ".join(f"{sum(item.level is level for item in found)} {level}s" for level in order)
    return "\n".join([*lines, f"{len(asked)} checks: {counted}."])


def table() -> str:
    """Return the checks as a table in Markdown."""
    rows = [f"| `{item.name}` | {item.finds} | {item.refused} | {item.linter} |" for item in checks()]
    return "\n".join(["| check | finds | refused at preview | Supabase's linter |", "|---|---|---|---|", *rows])


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the database that the environment names, and return the exit code."""
    asked = _parser().parse_args(arguments)
    if asked.list:
        sys.stdout.write(f"{table()}\n")
        return 0
    url = os.environ.get(URL_VARIABLE)
    if not url:
        return _refuse('no database is named: eval "$(make -s env)", or set SUPASCHEMA_DATABASE_URL.', 3)
    run = tuple(check for check in checks() if not (asked.without_buckets and check.asks_for_buckets))
    try:
        with reading(url) as connection:
            found = findings(connection, exposed=asked.expose.split(","), only=run)
            found = owned(connection, found) if asked.ours else found
    except (NotSupabase, NothingDeployed) as error:
        return _refuse(str(error), 3)
    except (Hidden, Refused) as error:
        return _refuse(f"the database cannot be asked: {error}", 1)
    order = list(Level)
    told = [item for item in found if order.index(item.level) <= order.index(asked.least)]
    sys.stdout.write(f"{report(told, run)}\n")
    return 2 if told else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="security", description="Run the checks of sql/checks/findings.")
    parser.add_argument("--expose", default="public", help="schemas that the API offers, with commas (public)")
    parser.add_argument("--ours", action="store_true", help="only what is found on objects that stacks declare")
    parser.add_argument(
        "--without-buckets", action="store_true", help="leave out what asks for buckets: for a role that sees not all"
    )
    parser.add_argument(
        "--least", type=Level, choices=list(Level), default=Level.NOTE, help="the mildest finding that counts (note)"
    )
    parser.add_argument("--list", action="store_true", help="print the table of the checks, and ask no database")
    return parser


def _refuse(message: str, code: int) -> int:
    sys.stderr.write(f"{lines(message)}\n")
    return code


def _read(path: Path) -> Check:
    text = path.read_text(encoding="utf-8")
    comment = re.match(r"(?:--[^\n]*\n)+", text)
    joined = re.sub(r"\s*--\s*", " ", comment[0] if comment else "").strip()
    match = re.fullmatch(" ".join(rf"{label}: (.+)\." for label in _LABELS), joined)
    if match is None:
        raise ValueError(f"{path.name}: its comment must say, in this order: {', '.join(_LABELS)}.")
    return Check(path.stem, text, *match.groups())


def _require(connection: psycopg.Connection[Any], *, buckets: bool) -> None:
    missing = connection.execute(
        "select name from (values ('anon'), ('authenticated')) as wanted (name) where to_regrole(name) is null"
        " union all select 'storage.buckets' where to_regclass('storage.buckets') is null"
    ).fetchall()
    if missing:
        names = ", ".join(str(row[0]) for row in missing)
        raise NotSupabase(f"this is no Supabase database: it has no {names}.")
    require_trusted_owner(connection, "storage", "buckets")
    if buckets and connection.execute("select row_security_active('storage.buckets')").fetchone() == (True,):
        raise Hidden(
            "this role does not see all buckets; ask as one that does, or without those checks: --without-buckets."
        )


if __name__ == "__main__":
    disable_core_dumps()
    sys.exit(main())

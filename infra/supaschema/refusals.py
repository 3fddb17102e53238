"""What the server refuses, in words: what it said, at which character of which statement, and what to do."""

from __future__ import annotations

import psycopg

from supaschema.errors import ApplyError

_LONGEST = 2000
"""Characters of a statement that a message repeats."""

_MAKE_FIRST = "Correct the name, or make it first: where another resource makes it, name that in depends_on."
_RUN_AGAIN = "Nothing half-made was kept: run it again."

# By SQLSTATE, the longest beginning that fits (PostgreSQL documentation, "PostgreSQL Error Codes").
_REMEDIES = {
    "": "Mend what it names, and run it again.",
    "08": f"Find out what ended it: a restart, a pooler, the network. {_RUN_AGAIN}",
    "22": "Correct the value.",
    "23": "Mend the rows that stand in the way, and run it again.",
    "3F000": _MAKE_FIRST,
    "42501": "Deploy as the owner of the object (on Supabase: postgres), or give the role what it lacks.",
    "42601": "Mend the SQL.",
    "42703": _MAKE_FIRST,
    "42704": _MAKE_FIRST,
    "42883": _MAKE_FIRST,
    "42P01": _MAKE_FIRST,
    "53100": f"Free some disk space or add some. {_RUN_AGAIN}",
    "53": f"Free what it names, or raise the server's limit. {_RUN_AGAIN}",
    "57P": f"Find out what ended it: a restart, a pooler, the network. {_RUN_AGAIN}",
}


def refusal(error: psycopg.Error, statement: str = "") -> ApplyError:
    """Word what the server said of a statement.

    Args:
        error: What psycopg raised.
        statement: The statement; empty: one of this tool's own, which reads the catalog or keeps the ledger.

    """
    # Without a connection there is no SQLSTATE, and what libpq says has more than one line.
    state = error.sqlstate or ("08006" if isinstance(error, psycopg.OperationalError) else "")
    lost = state.startswith(("08", "57P"))
    diagnosis = error.diag
    parts = [diagnosis.message_primary or " ".join(str(error).split()), diagnosis.message_detail]
    parts += [diagnosis.message_hint]
    said = " ".join(part.rstrip(".") + "." for part in parts if part).removesuffix(".")
    code = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
    what = f"the connection was lost: {said}{code}." if lost else f"the server refuses: {said}{code}."
    position = int(diagnosis.statement_position) - 1 if diagnosis.statement_position else None
    shown = f" The transaction was rolled back; it was at: {_shown(statement, position)}" if statement else ""
    return ApplyError(what, remedy=remedy_for(state) + shown, statement=statement, position=position)


def remedy_for(state: str) -> str:
    """Give what to do about an error by its SQLSTATE."""
    fitting = [beginning for beginning in _REMEDIES if state.startswith(beginning)]
    return _REMEDIES[max(fitting, key=len)]


def _shown(statement: str, position: int | None) -> str:
    if position is None:
        return statement[:_LONGEST]
    start = statement.rfind("\n", 0, position) + 1
    return statement[start:].partition("\n")[0].strip()[:_LONGEST]


def line_of(error: ApplyError, text: str) -> int | None:
    """Give the line of a text within the failed statement that the server points at, 1 the first; None: it does not."""
    if error.position is None or not text:
        return None
    start = error.statement.find(text)
    if start < 0 or not start <= error.position <= start + len(text):
        return None
    return error.statement.count("\n", start, error.position) + 1

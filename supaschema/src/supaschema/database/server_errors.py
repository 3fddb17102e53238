"""What the server refuses, in words: what it said, at which character of which statement, and what to do."""

from __future__ import annotations

import re

import psycopg

from supaschema.core.errors import ApplyError
from supaschema.core.sqltext import WORD

PARSERS = ("scanner_yyerror", "plpgsql_yyerror", "exec_parse_message")
"""The server's functions that report what its grammars do not take, or several commands in the place of one."""

_LONGEST = 2000
"""Characters of a statement that a message repeats."""
_QUOTED = re.compile(r'"([^"]+)"')

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


# What the server says of these by itself names no value, whatever a statement reads; nor does what these of its own
# files say, which alter tables, build indexes, follow dependencies and ask for privileges.
_OF_NO_ROW = ("08", "40", "53", "55", "57")
_FILES_OF_NO_ROW = {"aclchk.c", "dependency.c", "indexcmds.c", "indextuple.c", "nbtutils.c", "tablecmds.c"}
_PASSING = ("08", "40", "57P")
"""What passes by itself: a connection that is lost, two transactions that met, a server that starts."""
_OF_A_ROW = ("23", "44")
"""Here the server's DETAIL repeats the row, or its key."""


def server_error(
    error: psycopg.Error,
    statement: str = "",
    *,
    reads_rows: bool = True,
    find: str = "",
    is_secret: bool = False,
    leaves: str = "",
) -> ApplyError:
    """Word what the server said of a statement.

    Args:
        error: What psycopg raised.
        statement: The statement; empty: one of this tool's own, which reads the catalog or keeps the ledger.
        reads_rows: Whether the statement reads rows: then no value of one may be in the words.
        find: The query that finds the rows which the statement may be refused for; empty: there is none.
        is_secret: Whether the statement holds a secret: the server may repeat any part of it.
        leaves: A sentence on what stays of a statement that ran outside of a transaction; empty: it ran in one.

    """
    # Without a connection there is no SQLSTATE.
    state = error.sqlstate or ("08006" if isinstance(error, psycopg.OperationalError) else "")
    lost = state.startswith(("08", "57P"))
    code = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
    refuses = "the connection was lost" if lost else "the server refuses"
    what = f"{refuses}: {said(error, reads_rows=reads_rows, is_secret=is_secret)}{code}."
    of_rows = reads_rows and error.diag.statement_position is None and not state.startswith(_OF_NO_ROW)
    found = f" The rows are among those of: {find}" if find and of_rows else ""
    at = error.diag.statement_position if not is_secret else None
    position = int(at) - 1 if at else None
    ended = "It" if leaves else "The transaction was rolled back; it"
    shown = f" {ended} was at: {_shown(statement, position)}" if statement else ""
    remedy = f"{remedy_for(state).removesuffix(_RUN_AGAIN).rstrip()} {leaves}" if leaves else remedy_for(state)
    passing = state.startswith(_PASSING)
    return ApplyError(what, remedy=remedy + found + shown, statement=statement, position=position, passing=passing)


def said(error: psycopg.Error, *, reads_rows: bool = True, is_secret: bool = False) -> str:
    """Return what the server said, in one line and without a period, as far as it holds no value of a row.

    Args:
        error: What psycopg raised.
        reads_rows: Whether the statement reads rows. Where it does not, all values are the declaration's own.
        is_secret: Whether the statement holds a secret.

    """
    diagnosis, state = error.diag, error.sqlstate or ""
    if not state:
        return " ".join(str(error).split()).rstrip(".")
    if is_secret or (reads_rows and not _is_of_the_statement(diagnosis, state)):
        why = "the statement holds a secret" if is_secret else "they may hold values of a row"
        return f"{_condition(state)}; its own words are left out, for {why}"
    parts = [diagnosis.message_primary, None if state.startswith(_OF_A_ROW) else diagnosis.message_detail]
    parts += [_places(diagnosis) if state.startswith(_OF_A_ROW) else None, diagnosis.message_hint]
    return " ".join(" ".join(part.split()).rstrip(".") + "." for part in parts if part).removesuffix(".")


def words_of(error: psycopg.Error) -> frozenset[str]:
    """Return the words of what the server said, to be compared with names and told to nobody.

    It puts names into quotes, with their schema or without, and doubles no quote in them: one that is no word is there
    as a whole.
    """
    message = error.diag.message_primary or ""
    quoted = (*_QUOTED.findall(message), message.partition('"')[2].rpartition('"')[0])
    return frozenset((*WORD.findall(message), *quoted, *(name.partition(".")[2] for name in quoted)))


def _is_of_the_statement(diagnosis: psycopg.errors.Diagnostic, state: str) -> bool:
    # A context is a function's: whatever that says, it may say of a row. A position is the parser's, which reads none.
    file = (diagnosis.source_file or "").rpartition("/")[2]
    return diagnosis.context is None and (
        diagnosis.statement_position is not None
        or file in _FILES_OF_NO_ROW
        or state.startswith((*_OF_NO_ROW, *_OF_A_ROW))
    )


def _places(diagnosis: psycopg.errors.Diagnostic) -> str | None:
    primary = diagnosis.message_primary or ""
    table = ".".join(filter(None, (diagnosis.schema_name, diagnosis.table_name)))
    named = (("table", table), ("constraint", diagnosis.constraint_name), ("column", diagnosis.column_name))
    told = [f"{what} {name}" for what, name in named if name and f'"{name}"' not in primary]
    return f"It is {', '.join(told)}" if told else None


def _condition(state: str) -> str:
    try:
        name = psycopg.errors.lookup(state).__name__
    except KeyError:
        return "an error of a function"
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def remedy_for(state: str) -> str:
    """Return what to do about an error by its SQLSTATE."""
    fitting = [beginning for beginning in _REMEDIES if state.startswith(beginning)]
    return _REMEDIES[max(fitting, key=len)]


def _shown(statement: str, position: int | None) -> str:
    if position is None:
        return statement[:_LONGEST]
    start = statement.rfind("\n", 0, position) + 1
    return statement[start:].partition("\n")[0].strip()[:_LONGEST]


def line_of(error: ApplyError, text: str) -> int | None:
    """Return the line of a text, from 1, that the server points at within the failed statement; None: it does not."""
    if error.position is None or not text:
        return None
    start = error.statement.find(text)
    if start < 0 or not start <= error.position <= start + len(text):
        return None
    return error.statement.count("\n", start, error.position) + 1

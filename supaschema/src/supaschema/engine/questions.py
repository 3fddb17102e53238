"""What objects are of which no catalog tells it: the queries that they bring along, asked where nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import psycopg

from supaschema.core.answer import Answer
from supaschema.core.errors import PreconditionError
from supaschema.core.model import Definition, Delta, Desired, Facts, ObjectId
from supaschema.database.commands import run_one
from supaschema.database.connect import Connection
from supaschema.database.server_errors import PARSERS, said
from supaschema.kinds.asked import AskedKind
from supaschema.kinds.base import Kind

LONGEST_MS = 5_000
"""How long one query may take: every preview and every sweep asks it."""

_MISSING = ("3F000", "42703", "42704", "42883", "42P01")
"""SQLSTATEs of a query that names what does not exist: what was to be done cannot be done yet."""
_WRITES = "25006"
"""The SQLSTATE of a query that would write."""
_LIMITS = (
    "select pg_catalog.set_config('transaction_read_only', 'on', true),"
    " pg_catalog.set_config('statement_timeout', %s, true)"
)
_ONE = "it must give one row, or none, of one boolean"

Registry = Mapping[str, Kind[Definition]]


def asked(connection: Connection, desired: Desired, kinds: Registry) -> dict[ObjectId, Answer]:
    """Return the answers to the queries of objects to be.

    Args:
        connection: Any connection whose search_path is empty; in a transaction or not.
        desired: What each object shall be.
        kinds: The registry.

    """
    return {
        id: _answer(connection, kind, wanted)
        for id, wanted in desired.items()
        if wanted is not None and isinstance(kind := kinds[id.kind], AskedKind)
    }


def answered(connection: Connection, facts: Facts, kinds: Registry) -> dict[ObjectId, Definition]:
    """Return those of some recorded facts that bring a query along, as they are live by its answer."""
    return _by_answers(facts, asked(connection, facts, kinds), kinds)


def by_answers(live: Facts, answers: Mapping[ObjectId, Answer], kinds: Registry) -> Facts:
    """Return live facts, those of them for which there is an answer to another query by that one.

    Raises:
        PreconditionError: The server could not tell.

    """
    for id, answer in answers.items():
        if answer.is_yes is None:
            what = f"the server cannot tell whether it is applied: {answer.trouble}."
            remedy = "Nothing was changed. Mend its check, or have the deploying role read what it names."
            raise PreconditionError(what, where=str(id), remedy=remedy)
    return {**live, **_by_answers(live, answers, kinds)} if answers else live


def remarks(deltas: Iterable[Delta], answers: Mapping[ObjectId, Answer], kinds: Registry) -> Iterator[str]:
    """Yield what is to be told of changes besides their statements."""
    for delta in deltas:
        kind = kinds[delta.id.kind]
        if isinstance(kind, AskedKind) and (text := kind.remark(delta.id, delta.old, delta.new, answers.get(delta.id))):
            yield text


def holds(id: ObjectId, live: Definition, kinds: Registry) -> bool:
    """Return whether a live fact is more than a record of what is not so any more."""
    kind = kinds[id.kind]
    return not isinstance(kind, AskedKind) or kind.holds(live)


def trouble(id: ObjectId, live: Definition, kinds: Registry) -> str | None:
    """Return why the server could not tell whether a recorded fact is live; None: it could."""
    kind = kinds[id.kind]
    why = kind.trouble(live) if isinstance(kind, AskedKind) else ""
    return f"its check cannot be asked: {why}" if why else None


def _by_answers(live: Facts, answers: Mapping[ObjectId, Answer], kinds: Registry) -> dict[ObjectId, Definition]:
    found = {}
    for id, answer in answers.items():
        kind = kinds[id.kind]
        if isinstance(kind, AskedKind) and id in live:
            found[id] = kind.answered(live[id], answer)
    return found


def _names_no_row(error: psycopg.Error) -> bool:
    # Of a function that the query calls nobody knows what its words are.
    diagnosis = error.diag
    is_of_the_server = error.sqlstate == _WRITES or diagnosis.source_function in PARSERS
    return is_of_the_server and diagnosis.context is None


def _answer(connection: Connection, kind: AskedKind[Definition], definition: Definition) -> Answer:
    query = kind.question(definition)
    try:
        # Taken back whatever it did: it may have changed a setting of the session, or waited for an advisory lock.
        with connection.transaction(force_rollback=True):
            connection.execute(_LIMITS, [f"{LONGEST_MS}ms"])
            cursor = run_one(connection, query)
            rows = cursor.fetchmany(2)
    except psycopg.Error as error:
        words = said(error, reads_rows=not _names_no_row(error))
        if error.sqlstate in _MISSING:
            return Answer(is_yes=False, lacking=words)
        return Answer(is_yes=None, trouble=words)
    columns = len(cursor.description or ())
    if len(rows) > 1 or columns != 1:
        many = "several rows" if len(rows) > 1 else "one row" if rows else "no row"
        return Answer(is_yes=None, trouble=f"{_ONE}, and it gives {many} of {columns} columns")
    value = rows[0][0] if rows else None
    if value is not None and not isinstance(value, bool):
        return Answer(is_yes=None, trouble=f"{_ONE}, and it gives another type")
    return Answer(is_yes=bool(value))

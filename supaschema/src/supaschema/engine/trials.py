"""A plan's statements, tried where they change nothing: on temporary twins, in transactions that are rolled back.

The server refuses there what it would refuse in the deployment: a cast that there is not, an expression that is not
immutable, a name that there is not. What it says is told only where nothing that is still to come can be the reason.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from supaschema.core.errors import ApplyError
from supaschema.core.quoted import KEY_WORDS
from supaschema.core.secret_texts import Secrets
from supaschema.core.sqltext import WORD, Name, ident
from supaschema.database.commands import run_one
from supaschema.database.connect import Connection
from supaschema.database.server_errors import PARSERS, said, server_error, words_of
from supaschema.engine.announced import Coming
from supaschema.engine.twins import TWIN, Twin, real

_MISSING = ("3F000", "42703", "42704", "42883", "42P01")
_WRONG = (
    "22",
    "HV",
    "42601",
    "42611",
    "42701",
    "42702",
    "42803",
    "42804",
    "42809",
    "42846",
    "42P02",
    "42P10",
    "42P13",
    "42P17",
    "42P18",
    "42P20",
    "42P21",
    "54",
)
"""SQLSTATEs of what is wrong by itself: a twin has no rows, so a value is the declaration's."""
_UNLIKE_NEW = ("3F000", "42P01")
"""A twin that could not be made is missed by what follows."""
_UNLIKE = (*_UNLIKE_NEW, "42704")
"""A twin of what is there has not its indexes, constraints, triggers and policies."""
_OF_NO_TWIN = {
    "ATExecSetStorage",
    "CheckAttributeType",
    "ComputeIndexAttrs",
    "CreateFunction",
    "CreateTriggerFiringOn",
    "DefineCollation",
    "DefineIndex",
    "DefineView",
    "GetAttributeCompression",
    "GetAttributeStorage",
    "interpret_func_support",
}
"""The server's functions that refuse for what is declared, and not for what is temporary, whatever the SQLSTATE."""
_OF_WHAT_IS_TEMPORARY = {"check_publication_add_relation"}
"""Those that refuse whatever is temporary."""
_OF_A_RESULT = {"check_sql_fn_retval", "check_sql_fn_retval_ext", "check_sql_stmt_retval"}
"""Those that compare what a function gives with what it is to give, and give it as their context."""
_OF_A_CAST = "ATPrepAlterColumnType"
"""The one that refuses a column's type to which there is no cast: all else that the statement names is the column."""
_WRONG_TO_PARSE = "0A000"
"""Where its parser says so; else it may be the twin's own doing."""
_DECLARED = "Another resource declares it: name that in depends_on, or declare it before this one."
_GRACE_SECONDS = 0.5
"""How long what is missing may be declared by a resource that comes at the same time."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is still to come.

    Attributes:
        coming: Tells what is not live yet.
        is_complete: Tells whether every declaration so far is known.

    """

    coming: Callable[[], Coming]
    is_complete: Callable[[], bool]


class Trials:
    """Trials over one connection, of one plan."""

    def __init__(self, connection: Connection, expected: Expected, secrets: Secrets) -> None:
        """Take a connection in autocommit mode, what is still to come, and what no message holds."""
        self._connection = connection
        self._expected = expected
        self._secrets = secrets

    def make(self, runs: Iterable[tuple[Name, Sequence[sql.Composable]]]) -> Iterator[str]:
        """Try what makes something temporary, each by itself; return what may refuse it, a sentence each.

        Args:
            runs: Statements of which the last is what matters, if any, each with the name of what it makes a twin of.

        Raises:
            ApplyError: One would be refused.

        """
        for name, statements in runs:
            error = self._refusal(statements) if statements else None
            if error is not None:
                yield from self._judged(error, statements[-1], functools.partial(real, name))

    def require(self, missing: Iterable[tuple[str, ApplyError]]) -> Iterator[str]:
        """Refuse for the first name that there is not, unless it may be made by then; return as `make`."""
        for name, refused in missing:
            if not self._expected.is_complete() or name in self._expected.coming().made:
                continue
            if not self._is_declared({name}):
                raise refused
            yield f"{refused.where}: {refused.what.removesuffix('.')} yet. {_DECLARED}"

    def require_unless_changed(self, missing: Iterable[tuple[str, ApplyError]]) -> None:
        """Refuse for what a relation lacks, by its name, unless something is made or changed there by then."""
        for name, refused in missing:
            if self._expected.is_complete() and name not in self._expected.coming().touched:
                raise refused

    def alter(self, twin: Twin) -> Iterator[str]:
        """Try what is to be done to a table on its twin; return and raise as `make`."""
        if self._refusal([*twin.begin, *twin.likes, *twin.statements]) is None:
            return
        with self._aside():
            for statement in twin.begin:
                if self._one(statement) is not None:
                    return
            for statement in twin.likes:
                self._one(statement)
            for statement in twin.statements:
                error = self._one(statement)
                # What is missing may be what another statement makes, or gives that name.
                if error is None or not words_of(error).isdisjoint(WORD.findall(" ".join(twin.untried))):
                    continue
                if twin.is_whole or TWIN[1] not in words_of(error):
                    yield from self._judged(error, statement, twin.real, is_new=not twin.begin)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        with self._connection.transaction(force_rollback=True):
            self._connection.execute("set local lock_timeout = '1s'")
            self._connection.execute("set local statement_timeout = '5s'")
            yield

    def _refusal(self, statements: Sequence[sql.Composable]) -> psycopg.Error | None:
        try:
            # At once, for a preview may be far from its server.
            with self._aside(), self._connection.pipeline():
                for statement in statements:
                    run_one(self._connection, sql.Composed([statement]))
        except psycopg.Error as error:
            return error
        return None

    def _one(self, statement: sql.Composable) -> psycopg.Error | None:
        try:
            with self._connection.transaction():
                run_one(self._connection, sql.Composed([statement]))
        except psycopg.Error as error:
            return error
        return None

    def _judged(
        self, error: psycopg.Error, statement: sql.Composable, real: Callable[[str], str], *, is_new: bool = False
    ) -> Iterator[str]:
        text, state = statement.as_string(), error.sqlstate or ""
        is_secret = self._secrets.holds(text)
        refused = server_error(error, self._secrets.masked(text), reads_rows=False, is_secret=is_secret)
        what, remedy = real(refused.what), real(refused.remedy)
        refused = ApplyError(what, remedy=remedy, statement=refused.statement, position=refused.position)
        if error.diag.source_function in PARSERS:
            raise refused
        # A context is a routine's: what its body names may be there by the time that it is called.
        words, by = words_of(error), error.diag.source_function
        if by in _OF_WHAT_IS_TEMPORARY or (error.diag.context is not None and by not in _OF_A_RESULT):
            return
        unlike = _UNLIKE_NEW if is_new else _UNLIKE
        if state in unlike and any(word == TWIN[0] or word.startswith(TWIN[1]) for word in words):
            return
        parsed = (error.diag.source_file or "").startswith("parse_")
        wrong = state.startswith(_WRONG) or (parsed and state == _WRONG_TO_PARSE)
        wrong = wrong or (by in _OF_NO_TWIN and state not in _MISSING)
        named = text.partition(" type ")[2] if by == _OF_A_CAST else text
        if not (wrong or state in _MISSING) or self._may_come(named, words if state in _MISSING else frozenset()):
            return
        if not wrong and self._is_declared(words):
            told = real(said(error, reads_rows=False, is_secret=is_secret))
            yield f"{told}. {_DECLARED}"
            return
        raise refused

    def _may_come(self, text: str, missing: Collection[str]) -> bool:
        # Of what the statement names, something is made or changed by then; or what is missing may be made.
        coming = self._expected.coming()
        if missing and coming.brings:
            return True
        # What is a word of the language stands in quotes where it is a name.
        odd = {name for name in coming.touched if not WORD.fullmatch(name) or name in KEY_WORDS}
        plain = coming.touched - odd
        if not plain.isdisjoint(WORD.findall(text)) or any(ident(name).as_string() in text for name in odd):
            return True
        return bool(missing) and not (self._expected.is_complete() and coming.made.isdisjoint(missing))

    def _is_declared(self, words: Collection[str]) -> bool:
        end = time.monotonic() + _GRACE_SECONDS
        while self._expected.coming().declared.isdisjoint(words):
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

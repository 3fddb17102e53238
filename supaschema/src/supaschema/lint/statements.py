"""What statements of the author's own may not be: what would take the transaction, the role or the path away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.sql_statements import SqlStatement, UnfinishedError, statements

_ENDING = re.compile(r"(?:begin|start transaction|commit|end|rollback|abort|savepoint|release|prepare transaction)\b")
_SETTING = re.compile(r"(?:set(?! constraints\b)|reset|discard)\b")
_SETTING_LOCALLY = re.compile(
    r"set local (?!role|session|transaction|search_path|lock_timeout|statement_timeout"
    r"|transaction_read_only|idle_in_transaction_session_timeout|default_transaction)"
)
_OUTSIDE = re.compile(
    r"(?:vacuum|alter system|(?:create|drop) (?:database|tablespace)"
    r"|create (?:unique )?index concurrently|drop index concurrently"
    r"|reindex (?:database|system|schema)|reindex (?:\w+ )?concurrently)\b"
)
_DETACHING = re.compile(r"alter table\b.*\bdetach partition\b.*\bconcurrently\b")
_DECLARED = (
    (r"create (?:unlogged )?table", "Table"),
    (r"alter table\b.*\b(?:add (?:column|constraint)|enable row level security)", "Table or TablePatch"),
    (r"create (?:or replace )?(?:recursive )?view", "View"),
    (r"create materialized view", "MaterializedView"),
    (r"create policy", "Policy"),
    (r"create (?:or replace )?function", "Function"),
    (r"create (?:or replace )?procedure", "Procedure"),
    (r"create (?:or replace )?aggregate", "Aggregate"),
    (r"create (?:unique )?index", "Index"),
    (r"create (?:or replace )?(?:constraint )?trigger", "Trigger"),
    (r"create event trigger", "EventTrigger"),
    (r"create sequence", "Sequence"),
    (r"create schema", "Schema"),
    (r"create extension", "Extension"),
    (r"create domain", "Domain"),
    (r"create type\b.*\bas enum", "EnumType"),
    (r"create type\b.*\bas range", "RangeType"),
    (r"create publication", "Publication"),
    (r"alter default privileges", "DefaultPrivileges"),
)
_QUERIES = ("select", "with", "values", "table")


def statement_problems(text: str, field: str, *, transactional: bool) -> Iterator[DeclarationError]:
    """Yield what is wrong with statements.

    Args:
        text: The statements.
        field: The property that has them.
        transactional: Whether they run in one transaction.

    """
    try:
        found = statements(text)
    except UnfinishedError as error:
        yield DeclarationError(f"{error}.", field=field, remedy="End it.")
        return
    if not found:
        remedy = "Write at least one." if field == "up" else "Leave `down` out: what was done then stays, and is told."
        yield DeclarationError("it holds no statement.", field=field, remedy=remedy)
    for number, item in enumerate(found, 1):
        yield from (
            DeclarationError(f"statement {number} {what}", field=field, remedy=remedy)
            for what, remedy in _refused(item, transactional=transactional)
        )
        yield from _declarable(item, number, field)


def check_problems(text: str) -> Iterator[DeclarationError]:
    """Yield what is wrong with the query that tells whether statements are applied."""
    remedy = "Write one query of one boolean: \"select exists (select from private.keys where name = 'a')\"."
    try:
        found = statements(text)
    except UnfinishedError as error:
        yield DeclarationError(f"{error}.", field="check", remedy="End it.")
        return
    if len(found) != 1:
        yield DeclarationError(f"it holds {len(found)} statements.", field="check", remedy=remedy)
    elif not found[0].begins.startswith(_QUERIES):
        yield DeclarationError("it is no query.", field="check", remedy=remedy)


def _refused(item: SqlStatement, *, transactional: bool) -> Iterator[tuple[str, str]]:
    if "\\" in item.marks:
        yield "has a backslash command of psql, which no server knows.", "Write it as SQL."
    elif _ENDING.match(item.begins):
        whose = "begins or ends a transaction: that is the deployment's own."
        yield whose, "Leave it out. With `transactional` false each statement is committed by itself."
    elif _SETTING.match(item.begins) and not _SETTING_LOCALLY.match(item.begins):
        what = f"sets what the deployment's own statements go by: {' '.join(item.words[:3])}."
        yield what, "Leave it out, and write names with their schemas. `set local` of other settings is possible."
    elif item.words[:1] == ("copy",) and {"stdin", "stdout"}.intersection(item.words):
        yield "copies from or to the client, which is not there.", "Write INSERT with VALUES, or COPY with a query."
    elif transactional and (_OUTSIDE.match(item.begins) or _DETACHING.match(item.begins)):
        yield "cannot be in a transaction.", "Set `transactional` to false: each statement then runs by itself."


def _declarable(item: SqlStatement, number: int, field: str) -> Iterator[DeclarationError]:
    for beginning, name in _DECLARED if field == "up" else ():
        if re.match(rf"{beginning}\b", item.begins):
            what = f"statement {number} does what a declaration says, and nobody would see it drift."
            remedy = f"Declare it as {name}."
            yield DeclarationError(what, field=field, remedy=remedy, lint=Lint.DECLARABLE_STATEMENT)
            return

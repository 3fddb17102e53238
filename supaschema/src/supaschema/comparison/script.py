"""A plan as a script for psql: transactions as the executor has them, and what must run outside of one, outside."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import LiteralString

from supaschema.comparison.model import Comparison
from supaschema.core.model import Mode, Plan, Statement
from supaschema.core.printable import line
from supaschema.core.sql_lexis import ESCAPING, IN_NAME, LINE_COMMENT, TAG
from supaschema.engine.execute import Segment, segments
from supaschema.ledger.store import SCHEMA_FILE

_ARCHIVE = "supaschema"
"""What a statement names that keeps what a drop would lose, or brings it back."""
_PARAMETERS = {"%(after)s": "$1", "%(size)s": "$2", "%%": "%"}
_PLACEHOLDER = re.compile("|".join(map(re.escape, _PARAMETERS)))
_ROWS_AT_ONCE = 5000
"""Of a batch: the executor finds out how many rows it may lock for a moment, and a script cannot."""


def script(comparison: Comparison, plan: Plan, *, has_ledger: bool) -> str:
    """Return the script.

    Args:
        comparison: What is told of the plan; its statements are those of the plan, without secrets.
        plan: The plan.
        has_ledger: Whether the database has the ledger and the archive already.

    """
    assert comparison.plan is not None
    texts = [step.sql for step in comparison.plan.steps]
    archives = not has_ledger and any(_ARCHIVE in text for text in texts)
    parts = [_head(comparison)]
    if plan.statements:
        parts.append(_SETTINGS)
    if archives:
        parts += [
            f"{_OF_THE_ARCHIVE}\nbegin;\n{SCHEMA_FILE.read_text(encoding='utf-8').strip()}\n{_IDENTITY.strip()}\ncommit;",
            _OF_THE_CHANGE,
        ]
    numbered = iter(texts)
    parts += (_segment(each, [next(numbered) for _ in each.statements]) for each in segments(plan.statements))
    if archives:
        parts.append(_UNUSED.strip())
    return "\n\n".join(parts) + "\n"


def _head(comparison: Comparison) -> str:
    lines = [f"{comparison.source} becomes like {comparison.target}."]
    lines += [f"Differs, and nothing here changes it: {item.name}." for item in comparison.lone]
    lines += [f"Could not tell: {item.name}: {item.why}" for item in comparison.untold]
    if comparison.refused:
        lines.append(f"It would be refused: {comparison.refused}")
    assert comparison.plan is not None
    lines += [f"Must not be, or a statement is refused: {text}." for text in comparison.plan.asked]
    lines += comparison.plan.notes
    return "\n".join(_comments(lines))


def _segment(segment: Segment, texts: Iterable[str]) -> str:
    each = [_statement(statement, text) for statement, text in zip(segment.statements, texts, strict=True)]
    if segment.mode is Mode.TRANSACTION:
        return "\n\n".join(["begin;", *each, "commit;"])
    return "\n\n".join(each)


def _statement(statement: Statement, text: str) -> str:
    hazards = (f"{note.hazard.value}: {note.sentence}" for note in statement.hazards)
    if statement.mode is Mode.BATCHES:
        text = _batches(text, min(statement.most, _ROWS_AT_ONCE))
    # What ends in a comment is not ended within it.
    ended = f"{text}\n;" if "--" in text.rpartition("\n")[2] else f"{text};"
    if not statement.checks_bodies:
        ended = f"set local check_function_bodies = off;\n{ended}\nset local check_function_bodies to default;"
    return "\n".join([*_comments(hazards), _without_variables(ended)])


# What psql reads as a whole, or else a colon by which it would take what follows for a variable of its own.
@functools.cache
def _variable() -> re.Pattern[str]:
    # Compiled when it is first needed: that takes longer than the whole of a module.
    return re.compile(
        "|".join(
            (
                LINE_COMMENT,
                r"/\*.*?\*/",
                rf"(?<![{IN_NAME}])\$(?P<tag>{TAG})\$.*?\$(?P=tag)\$",
                rf"(?<![{IN_NAME}])[eE]'{ESCAPING}'",
                "'(?:[^']|'')*'",
                '"(?:[^"]|"")*"',
                "::",
                rf"(?P<colon>:)(?=[{IN_NAME}'\"{{])",
            )
        ),
        re.DOTALL,
    )


def _without_variables(text: str) -> str:
    """Return SQL with a blank where psql would put a variable's value: `keys[1:"USER"]` is a slice up to a column."""
    return _variable().sub(lambda found: ": " if found["colon"] else found[0], text)


def _batches(query: str, size: int) -> str:
    """Return a block that runs a batch after another one, a transaction each: the executor hands over the last key."""
    query = _PLACEHOLDER.sub(lambda found: _PARAMETERS[found[0]], query)
    tag = "batch"
    while f"${tag}" in query:
        tag += "_"
    return _BATCHES.format(tag=tag, query=query, size=size)


def _comments(texts: Iterable[str]) -> Iterator[str]:
    return (f"-- {line(text)}" for text in texts)


_BATCHES = """do ${tag}_block$
declare
  last_key text;
begin
  loop
    execute ${tag}${query}${tag}$ into last_key using last_key, {size};
    exit when last_key is null;
    commit;
  end loop;
end ${tag}_block$"""
_SETTINGS: LiteralString = r"""\set ON_ERROR_STOP on
set search_path = '';
set standard_conforming_strings = on;"""
_OF_THE_ARCHIVE = "-- The archive, where what a drop would lose is kept, and the ledger that it belongs to."
_OF_THE_CHANGE = "-- The change."
_IDENTITY: LiteralString = """
insert into supaschema.identity (system_identifier, database_oid)
select c.system_identifier::text, d.oid::bigint from pg_catalog.pg_control_system() c, pg_catalog.pg_database d
 where d.datname = pg_catalog.current_database()
    on conflict do nothing;
"""
_UNUSED: LiteralString = """
-- What kept nothing goes.
do $$ begin
  if not exists (select from supaschema.objects)
     and not exists (select from supaschema_archive.tables)
     and not exists (select from supaschema_archive.column_values where column_values <> '{}') then
    drop schema supaschema cascade;
    drop schema supaschema_archive cascade;
  end if;
end $$;
"""

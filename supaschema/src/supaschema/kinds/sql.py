"""Statements of the author's own. The fact is the record of them, and what their query answers."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from psycopg import sql

from supaschema.core.answer import Answer
from supaschema.core.hazards import Hazard
from supaschema.core.model import Definition, HazardNote, Mode, ObjectId, Phase, Statement, Steps
from supaschema.core.sql_statements import SqlStatement, statements
from supaschema.core.sqltext import block, compose, literal, raw_sql
from supaschema.kinds.asked import AskedKind
from supaschema.kinds.base import Context, Family

_NOT_TRIED = ("create rule", "execute", "fetch", "move", "close")
"""Statements that are others within a block, or may end elsewhere there."""
_TAKING_INTO = ("insert", "merge")
"""Statements in which INTO is nothing that a block would understand otherwise."""


class Sql(Definition, frozen=True, kw_only=True):
    """Statements, as they are recorded."""

    up: str
    check: str
    down: str | None = None
    transactional: bool = True
    hazards: tuple[Hazard, ...] = ()
    down_hazards: tuple[Hazard, ...] = ()
    ran: bool = True
    """Whether a deployment ran `up`; else it was applied before. A hint: no property to compare."""
    applied: bool = True
    """What the query answers. Kept as true: a record is of what was applied."""
    trouble: str = ""
    """Why the query has no answer. A hint, which no record has."""


class SqlKind(AskedKind[Sql]):
    """Statements of the author's own, named `(name,)`."""

    name = "sql"
    definition = Sql
    family = Family.DATABASE
    phase = Phase.VALUES
    requires = "supaschema.statements"
    query = "select array[s.name]::text[], s.definition from supaschema.statements s where {scope}"

    def question(self, definition: Sql) -> sql.Composed:
        """Return the query, as its author wrote it."""
        return sql.Composed([raw_sql(definition.check)])

    def answered(self, definition: Sql, answer: Answer) -> Sql:
        """Return the record with the answer; without one it counts as applied."""
        return msgspec.structs.replace(definition, applied=answer.is_yes is not False, trouble=answer.trouble)

    def holds(self, definition: Sql) -> bool:
        """Return whether it is applied."""
        return definition.applied

    def trouble(self, definition: Sql) -> str:
        """Return why its query has no answer."""
        return definition.trouble

    def remark(self, id: ObjectId, old: Sql | None, new: Sql | None, answer: Answer | None) -> str:
        """Return why `up` or `down` is not run, or that the answer is no for want of what the query names."""
        if new is None:
            return _why_it_stays(id, old)
        if answer is not None and answer.is_yes:
            return f"{id}: its check says that it is applied. It is recorded, and nothing of `up` is run."
        if answer is not None and answer.lacking:
            return f"{id}: its check cannot be asked yet ({answer.lacking}), so it counts as not applied."
        return ""

    def create(self, id: ObjectId, new: Sql, context: Context) -> Steps:
        """Run `up` unless it is applied, and record it; an `up` after which the query still says no fails."""
        answer = context.answers.get(id)
        if answer is not None and answer.is_yes:
            return Steps((_record(id, new, ran=False),))
        return Steps((*_up(id, new), _record(id, new, ran=True)))

    def alter(self, id: ObjectId, old: Sql, new: Sql, context: Context) -> Steps:
        """Run `up` if it is not applied; record what is written otherwise."""
        run = _up(id, new) if not old.applied else ()
        ran = bool(run) or old.ran
        is_recorded = ran == old.ran and _plain(old) == _plain(new)
        return Steps((*run, *(() if is_recorded else (_record(id, new, ran=ran),))))

    def drop(self, id: ObjectId, old: Sql, context: Context) -> Steps:
        """Run `down` where a deployment ran `up` and it is applied; forget it."""
        query = compose("delete from supaschema.statements where name = {}", literal(id.name[0]))
        if _why_it_stays(id, old):
            return Steps((Statement(query),))
        return Steps((*_run(id, old.down or "", "down", old.down_hazards, old), Statement(query)))

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Have the record bear the other name; nothing that it did bears it."""
        names = literal(new.name[0]), literal(old.name[0])
        return (Statement(compose("update supaschema.statements set name = {} where name = {}", *names)),)

    def like(self, old: Sql, new: Sql) -> bool:
        """Return whether they apply the same, or ask for the same."""
        return old.up == new.up or old.check == new.check

    def dry_run(self, id: ObjectId, definition: Sql) -> tuple[sql.Composable, ...]:
        """Have the server read the statements without running one: a block that ends before them."""
        tried = (item.text for item in statements(definition.up) if _may_be_tried(item))
        body = sql.SQL("\n;\n").join(raw_sql(text) for text in ("begin\nreturn", *tried, "end"))
        return (block(body),)

    def structure(self, definition: Sql) -> Definition:
        """Return it without who ran it, and without why there is no answer."""
        return msgspec.structs.replace(definition, ran=True, trouble="")

    def told(self, definition: Sql) -> Sql:
        """Return it without who ran it."""
        return msgspec.structs.replace(definition, ran=True)


def _why_it_stays(id: ObjectId, old: Sql | None) -> str:
    if old is None:
        return ""
    if not old.applied:
        return f"{id}: its check says that it is not applied, so nothing of `down` is run."
    if not old.ran:
        return f"{id}: it was applied before the stack recorded it, and stays: nothing of `down` is run."
    if old.down is None:
        return f"{id}: it has no `down`: what its statements did stays."
    return ""


def _up(id: ObjectId, new: Sql) -> tuple[Statement, ...]:
    return (*_run(id, new.up, "up", new.hazards, new), Statement(_checked(id, new), computes=True))


def _run(id: ObjectId, text: str, which: str, hazards: Iterable[Hazard], own: Sql) -> tuple[Statement, ...]:
    found = [raw_sql(item.text) for item in statements(text)]
    mode = Mode.TRANSACTION if own.transactional else Mode.ALONE
    notes = [HazardNote(hazard, f"{id}: whoever wrote it says so of `{which}`.") for hazard in hazards]
    unknown = f"{id}: what `{which}` touches, and which locks it takes, is not known: it is run as it is written."
    notes.append(HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, unknown))
    if not own.transactional:
        left = f"{id}: each statement of `{which}` is committed by itself: where one fails, those before it stay."
        notes.append(HazardNote(Hazard.NON_TRANSACTIONAL, left))
    return tuple(Statement(query, hazards=tuple(notes), mode=mode, computes=True) for query in found)


def _checked(id: ObjectId, new: Sql) -> sql.Composed:
    # Of a block that handles an error the server makes a subtransaction: what it may not write ends with it.
    body = compose(
        """declare
  answer boolean;
begin
  begin
    set local transaction_read_only = on;
    execute {check} into answer;
  exception when no_data_found then
    answer := false;
  end;
  if answer is not true then
    raise exception using errcode = 'object_not_in_prerequisite_state', message = {message};
  end if;
end""",
        check=literal(new.check),
        message=literal(f"{id}: `up` ran, and its check still does not say that it is applied"),
    )
    return block(body)


def _record(id: ObjectId, new: Sql, *, ran: bool) -> Statement:
    kept = msgspec.structs.replace(_plain(new), ran=ran)
    query = compose(
        "insert into supaschema.statements (name, definition) values ({}, {})"
        " on conflict (name) do update set definition = excluded.definition, recorded_at = now()",
        literal(id.name[0]),
        literal(msgspec.json.encode(kept).decode()),
    )
    return Statement(query)


def _plain(definition: Sql) -> Sql:
    return msgspec.structs.replace(definition, ran=True, applied=True, trouble="")


def _may_be_tried(item: SqlStatement) -> bool:
    takes = "into" in item.words and not item.begins.startswith(_TAKING_INTO)
    return not takes and not item.begins.startswith(_NOT_TRIED)

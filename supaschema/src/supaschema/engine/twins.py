"""Statements on temporary twins of tables: what the server refuses there by itself, it refuses of the table too."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from psycopg import sql

from supaschema.core.model import Delta, LockMode, ObjectId, Plan, Statement
from supaschema.core.sqltext import Name, compose, ident, relation_name
from supaschema.engine.diff import Kinds
from supaschema.engine.plan import plan
from supaschema.kinds.base import Context, Family

TWIN = ("pg_temp", "supaschema_trial")
"""Schema and name of a twin: what the server says of it, it does not say of the table."""


@dataclass(frozen=True, slots=True)
class Twin:
    """How a table's part of a plan is tried.

    Attributes:
        name: The table.
        begin: What makes its twin; None: the statements do.
        statements: What is tried on it, in order.
        untried: The other statements, which would be done to something else.

    """

    name: Name
    begin: sql.Composable | None
    statements: tuple[sql.Composable, ...]
    untried: tuple[str, ...]

    def real(self, text: str) -> str:
        """Return a text about the twin as one about the table."""
        text = text.replace(ident(*TWIN).as_string(), ident(*self.name).as_string())
        return text.replace(TWIN[1], self.name[1])


def twins(planned: Plan, major: int, kinds: Kinds) -> Iterator[Twin]:
    """Return what to try of each table of a plan that gets something new."""
    tables: dict[Name, list[Delta]] = {}
    for delta in planned.deltas:
        kind = kinds[delta.id.kind]
        belongs = kind.holds_rows or any(kinds[parent.kind].holds_rows for parent in kind.parents(delta.id))
        if belongs and kind.family is Family.RELATION and delta.new is not None and not _refers(delta, kinds):
            tables.setdefault(delta.id.name[:2], []).append(delta)
    for name, deltas in tables.items():
        moved = [dataclasses.replace(delta, id=_moved(delta.id)) for delta in deltas]
        if any(delta.old is None and kinds[delta.id.kind].holds_rows for delta in deltas):
            begin, found = None, _made(moved, major, kinds)
        else:
            # Neither checks nor generated columns stand in the way of a change there, nor does a row.
            begin = compose("create temporary table {} (like {} including defaults)", ident(TWIN[1]), ident(*name))
            found = tuple(_altered(moved, major, kinds))
        tried = tuple(item.query for item in found if _is_harmless(item))
        yield Twin(name, begin, tried, tuple(item.text for item in found if not _is_harmless(item)))


def _is_harmless(statement: Statement) -> bool:
    # A partition or a child of a table that others use would lock that one.
    others = (lock for lock in statement.locks if lock.relation != relation_name(TWIN))
    return TWIN[1] in statement.text and all(lock.mode is LockMode.ACCESS_SHARE for lock in others)


def _refers(delta: Delta, kinds: Kinds) -> bool:
    # A temporary table refers to no other.
    assert delta.new is not None
    return any(other.name[:2] != delta.id.name[:2] for other in kinds[delta.id.kind].references(delta.id, delta.new))


def _moved(id: ObjectId) -> ObjectId:
    return ObjectId(id.kind, (*TWIN, *id.name[2:]))


def _made(deltas: Iterable[Delta], major: int, kinds: Kinds) -> tuple[Statement, ...]:
    fresh = [dataclasses.replace(delta, old=None) for delta in deltas]
    return plan(fresh, {delta.id: delta.new for delta in fresh}, Context(major=major), kinds).statements


def _altered(deltas: Iterable[Delta], major: int, kinds: Kinds) -> Iterator[Statement]:
    given = list(deltas)
    fresh = {parent for delta in given for parent in kinds[delta.id.kind].parents(delta.id)}
    context = Context(major=major, fresh=frozenset(fresh))
    rank = {name: position for position, name in enumerate(kinds)}
    for delta in sorted(given, key=lambda delta: rank[delta.id.kind]):
        kind = kinds[delta.id.kind]
        assert delta.new is not None
        if delta.old is not None and not kind.recreatable(delta.new):
            altered = kind.alter(delta.id, delta.old, delta.new, context)
            if altered is not None:
                yield from altered.statements
                continue
        if delta.old is not None:
            yield from kind.drop(delta.id, delta.old, context).statements
        yield from kind.create(delta.id, delta.new, context).statements

"""Whose code a plan would run and not name: what its queries read, and what is on tables that are written again."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.core.model import Delta, Phase, Plan
from supaschema.core.sqltext import Name
from supaschema.database import queried, recomputed
from supaschema.database.connect import Connection
from supaschema.engine import asked
from supaschema.engine.diff import Kinds, texts
from supaschema.engine.role_owners import relations_named
from supaschema.kinds.base import Family, SqlFieldKind


def require_own(connection: Connection, plan: Plan, kinds: Kinds) -> None:
    """Refuse a plan that would run something of another role's so.

    Raises:
        OwnershipError: Naming it, its owner, and what to do.

    """
    filled = tuple(_filled(plan, kinds))
    live = {delta.id.name[:2] for delta in filled if delta.old is not None and _asks_alike(delta, kinds)}
    for delta in filled:
        if delta.new is not None and delta.id.name[:2] not in live:
            for field in kinds[delta.id.kind].sql_fields(delta.id, delta.new).values():
                asked.require_own(connection, delta.id, field)
    # Of what cannot be looked at yet the text names what is read.
    asking = (delta for delta in plan.deltas if delta.new is not None and _writes_values(delta, kinds))
    named = {name for delta in (*asking, *filled) if delta.new is not None for name in relations_named(delta.new)}
    queried.require_own(connection, live | named)
    # Its indexes are computed anew whatever it asks.
    again = {delta.id.name[:2] for delta in filled if delta.old is not None}
    retyped = set(_retyped(plan, kinds))
    written = again.union(_written_again(plan), (name[:2] for name in retyped))
    recomputed.require_own(connection, written, set(_wholes(plan, kinds)))
    recomputed.require_own_keys(connection, retyped.union(_going(plan, kinds)))


def _writes_values(delta: Delta, kinds: Kinds) -> bool:
    return kinds[delta.id.kind].phase is Phase.VALUES


def _asks_alike(delta: Delta, kinds: Kinds) -> bool:
    old, new = delta.old, delta.new
    assert old is not None
    assert new is not None
    return texts(kinds[delta.id.kind], delta.id, old) == texts(kinds[delta.id.kind], delta.id, new)


def _filled(plan: Plan, kinds: Kinds) -> Iterator[Delta]:
    computing = {statement.about for statement in plan.statements if statement.computes}
    for delta in plan.deltas:
        if delta.new is not None and delta.id in computing:
            fields = kinds[delta.id.kind].sql_fields(delta.id, delta.new).values()
            if any(item.kind is SqlFieldKind.QUERY for item in fields):
                yield delta


def _written_again(plan: Plan) -> Iterator[Name]:
    for statement in plan.statements:
        if statement.about is not None and any(lock.rewrites for lock in statement.locks):
            yield statement.about.name[:2]


def _retyped(plan: Plan, kinds: Kinds) -> Iterator[tuple[str, ...]]:
    for delta in plan.deltas:
        # Of a type that the rows already fit, checks are held against them all the same.
        is_column = kinds[delta.id.kind].family is Family.RELATION
        if is_column and delta.old is not None and delta.new is not None:
            before, after = (kinds[delta.id.kind].sql_fields(delta.id, it) for it in (delta.old, delta.new))
            if any(item.kind is SqlFieldKind.TYPE and after.get(name) != item for name, item in before.items()):
                yield delta.id.name


def _going(plan: Plan, kinds: Kinds) -> Iterator[tuple[str, ...]]:
    for delta in plan.deltas:
        share = None if delta.old is None else kinds[delta.id.kind].share(delta.old)
        if share is not None and (delta.new is None or kinds[delta.id.kind].share(delta.new) != share):
            yield (*delta.id.name[:2], "")


def _wholes(plan: Plan, kinds: Kinds) -> Iterator[Name]:
    for delta in plan.deltas:
        share = None if delta.new is None else kinds[delta.id.kind].share(delta.new)
        if share is not None and (delta.old is None or kinds[delta.id.kind].share(delta.old) != share):
            yield share[0]

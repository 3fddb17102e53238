"""Deltas to an ordered plan of statements. Pure; knows no kind by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from supaschema.core.model import Definition, Delta, Fact, Facts, Goals, Guard, ObjectId, Plan, Statement, Steps
from supaschema.engine.diff import Kinds
from supaschema.kinds.base import Context


def plan(deltas: Iterable[Delta], goals: Goals, context: Context, kinds: Kinds) -> Plan:
    """Order the statements of deltas: drops in the reverse of the registry's order, then alterations and creations.

    What a kind says to run ahead comes before all of them, what it says to run afterwards, after them: what is left in
    between is brief, and may be one transaction.

    Args:
        deltas: From `diff`.
        goals: What was compared; tells what an object is to be that must be made anew with a replaced parent.
        context: Server version and live facts; the other fields but `archived` and `occupied` are
            filled in here, `returning` is cut down to the goals.
        kinds: The registry, in the order of creation.

    """
    altered, replaced = _alterations(tuple(deltas), context, kinds)
    every = _with_dependents(tuple(deltas), replaced, goals, context.live, kinds)
    fresh = frozenset(
        delta.id for delta in every if delta.new is not None and (delta.old is None or delta.id in replaced)
    )
    drops = _drops(every, replaced, kinds)
    context = dataclasses.replace(
        context,
        wanted=frozenset(id for id, goal in goals.items() if goal is not None),
        fresh=fresh,
        dropped=frozenset(drops),
        returning=context.returning.intersection(goals),
    )
    context = _with_clauses(every, context, kinds)
    steps = [kinds[id.kind].drop(id, old, context) for id, old in drops.items()]
    return _join(every, [*steps, *_creations(every, altered, context, kinds)])


def _creations(
    deltas: tuple[Delta, ...], altered: Mapping[ObjectId, Steps], context: Context, kinds: Kinds
) -> Iterable[Steps]:
    inlined = {fact.id for facts in context.children.values() for fact in facts}
    finishes = {name: steps for name, kind in kinds.items() if (steps := kind.finish(context)).statements}
    rank = {name: position for position, name in enumerate(kinds)}

    def place(delta: Delta) -> tuple[int, int]:
        # Who may reach what is settled before a finish, which takes long: it brings values back into new columns.
        own = rank[delta.id.kind]
        first = min((rank[name] for name in finishes), default=own)
        return (min(first, own) if kinds[delta.id.kind].decides_access else own, own)

    placed = [(place(delta), delta) for delta in deltas if delta.new is not None]
    turns: dict[int, list[Delta]] = {}
    for (turn, _), delta in sorted(placed, key=lambda item: item[0]):
        turns.setdefault(turn, []).append(delta)
    for name, turn in rank.items():
        yield from (_creation(delta, inlined, altered, context, kinds) for delta in turns.get(turn, ()))
        yield finishes.get(name, Steps())


def _creation(
    delta: Delta, inlined: Collection[ObjectId], altered: Mapping[ObjectId, Steps], context: Context, kinds: Kinds
) -> Steps:
    kind = kinds[delta.id.kind]
    if delta.id in inlined:
        return kind.after_clause(delta.id, delta.new, context)
    return kind.create(delta.id, delta.new, context) if delta.id in context.fresh else altered[delta.id]


def _alterations(
    deltas: tuple[Delta, ...], context: Context, kinds: Kinds
) -> tuple[dict[ObjectId, Steps], frozenset[ObjectId]]:
    altered: dict[ObjectId, Steps] = {}
    replaced = set()
    for delta in deltas:
        if delta.old is None or delta.new is None:
            continue
        steps = kinds[delta.id.kind].alter(delta.id, delta.old, delta.new, context)
        if steps is None:
            replaced.add(delta.id)
        else:
            altered[delta.id] = steps
    return altered, frozenset(replaced)


def _with_dependents(
    deltas: tuple[Delta, ...], replaced: frozenset[ObjectId], goals: Goals, live: Facts, kinds: Kinds
) -> tuple[Delta, ...]:
    # What goes with a replaced object must come back with it, whoever declared it.
    if not replaced:
        return deltas
    again = []
    for id, definition in live.items():
        if id not in replaced and replaced.intersection(kinds[id.kind].parents(id)):
            again.append(Delta(id, None, goals.get(id, definition)))
    returning = {delta.id for delta in again}
    return (*(delta for delta in deltas if delta.id not in returning), *again)


def _with_clauses(deltas: tuple[Delta, ...], context: Context, kinds: Kinds) -> Context:
    # Deepest first: a column's NOT NULL belongs in the column's clause, which belongs in the table's statement.
    children: dict[ObjectId, tuple[Fact, ...]] = {}
    clauses: dict[ObjectId, tuple[Statement, ...]] = {}
    context = dataclasses.replace(context, children=children, clauses=clauses)
    made = [delta for delta in deltas if delta.id in context.fresh and delta.new is not None]
    for delta in sorted(made, key=lambda delta: -len(kinds[delta.id.kind].parents(delta.id))):
        kind = kinds[delta.id.kind]
        parent = next((parent for parent in kind.parents(delta.id) if parent in context.fresh), None)
        if parent is None or delta.new is None:
            continue
        clause = kind.clause(delta.id, delta.new, context)
        if clause is not None:
            children[parent] = (*children.get(parent, ()), Fact(delta.id, delta.new))
            clauses[parent] = (*clauses.get(parent, ()), clause)
    return context


def _drops(deltas: tuple[Delta, ...], replaced: frozenset[ObjectId], kinds: Kinds) -> dict[ObjectId, Definition]:
    gone = {delta.id: delta.old for delta in deltas if delta.new is None or delta.id in replaced}
    rank = {name: position for position, name in enumerate(kinds)}
    return {
        id: old
        for id in sorted(gone, key=lambda id: -rank[id.kind])
        if (old := gone[id]) is not None and not any(parent in gone for parent in kinds[id.kind].parents(id))
    }


def _join(deltas: tuple[Delta, ...], steps: Iterable[Steps]) -> Plan:
    ahead: list[Statement] = []
    statements: list[Statement] = []
    afterwards: list[Statement] = []
    guards: list[Guard] = []
    for step in steps:
        ahead += step.ahead
        statements += step.statements
        afterwards += step.afterwards
        guards += step.guards
    return Plan(deltas, (*ahead, *statements, *afterwards), tuple(guards))


def resolved(goals: Goals, context: Context, kinds: Kinds) -> Mapping[ObjectId, Definition | None]:
    """Give the goals with what only the live object or the server's version can tell (`ALL` privileges, for one)."""
    result: dict[ObjectId, Any] = {}
    for id, wanted in goals.items():
        result[id] = None if wanted is None else kinds[id.kind].resolve(id, wanted, context.live.get(id), context)
    return result

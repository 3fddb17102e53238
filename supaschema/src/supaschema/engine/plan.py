"""Deltas to an ordered plan of statements. Pure; knows no kind by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from supaschema.core.model import (
    Definition,
    Delta,
    Desired,
    Edges,
    Fact,
    Hazard,
    ObjectId,
    Plan,
    Precondition,
    Statement,
    Steps,
)
from supaschema.engine.aside import Aside, evicted, standing_aside
from supaschema.engine.briefly import briefly
from supaschema.engine.carried import passed_on
from supaschema.engine.diff import Kinds
from supaschema.engine.graph import in_circles
from supaschema.engine.leaving import with_dropped
from supaschema.engine.order import in_order
from supaschema.engine.out_of_use import with_notes
from supaschema.kinds.base import Context

_PASSING = (Hazard.AUTHZ_UPDATE, Hazard.HAS_UNTRACKABLE_DEPENDENCIES, Hazard.INDEX_DROPPED)
"""What is no hazard of an object that is dropped and recreated as it was, in one transaction."""


def plan(deltas: Iterable[Delta], desired: Desired, context: Context, kinds: Kinds) -> Plan:
    """Order the statements of deltas.

    Args:
        deltas: From `diff`.
        desired: What was compared; tells what an object is to be that must be recreated with a replaced parent.
        context: Server version, live facts and what stands on them, and what the archive holds and gets; the other
            fields are filled in here, `returning` is cut down to what is desired.
        kinds: The registry; its order decides between objects that do not depend on each other.

    Raises:
        DependencyError: Something stands on what is to change, and cannot be recreated.

    """
    given = _handed_on(tuple(deltas), desired, context, kinds)
    becoming = {delta.id: delta.new for delta in given}
    context = dataclasses.replace(context, becoming=becoming, by_relation=_by_relation(context.live))
    altered, replaced = _alterations(given, context, kinds)
    aside = standing_aside(given, replaced, context, kinds) if given else Aside()
    every = _with_returning(given, _placed(aside, given, kinds), desired, context)
    replaced |= aside.dropped.keys()
    altered = {id: steps for id, steps in altered.items() if id not in replaced}
    beneath = {**aside.dropped, **aside.eased, **aside.carried}
    context = dataclasses.replace(context, edges=passed_on(context.edges, aside.carried))
    context = _context(every, replaced, desired, dataclasses.replace(context, aside=beneath), kinds)
    alike = {delta.id for delta in every if delta.id in {*beneath, *aside.vanishing} and _is_alike(delta, context)}
    drops = {id: _drop(id, old, context, kinds) for id, old in _drops(every, replaced, context, kinds).items()}
    eased, again = _eased(every, aside, context, kinds)
    drops, altered = {**drops, **eased}, {**altered, **again}
    made = {**_creations(every, altered, context, kinds), **again}
    drops = with_dropped(with_notes(drops, context.in_use, kinds), every, kinds)
    drops, made = (with_notes(steps, context.failing, kinds) for steps in (drops, made))
    made = with_notes(with_notes(made, context.over_rows, kinds), context.admitting, kinds)
    drops, made = _without_false_alarms(drops, alike), _without_false_alarms(made, alike)
    finishes = [steps for kind in kinds.values() if (steps := kind.finish(context)).statements]
    statements = tuple(briefly(in_order(every, drops, made, finishes, alike, context, kinds)))
    preconditions = _preconditions(*context.restores.values(), *drops.values(), *made.values(), *finishes)
    vanishing = {id: context.live[id] for id in sorted(aside.vanishing)}
    found = Plan(every, statements, preconditions, aside.notes, aside.along, vanishing=vanishing)
    return dataclasses.replace(found, eased=frozenset(aside.eased), carried=tuple(aside.carried))


def _handed_on(given: tuple[Delta, ...], desired: Desired, context: Context, kinds: Kinds) -> tuple[Delta, ...]:
    # What goes with an object whose name one of another kind gets is made anew with that, though it looks the same.
    gone = {delta.id for delta in given if delta.new is None}
    made = {delta.id for delta in given if delta.old is None and delta.new is not None}
    names = {id.name for id in gone} & {id.name for id in made}
    again = {
        id: Delta(id, None, wanted)
        for id, wanted in (desired.items() if names else ())
        if wanted is not None
        and id in context.live
        and id.name[:2] in names
        and not gone.isdisjoint(kinds[id.kind].parents(id))
        and not made.isdisjoint(kinds[id.kind].parents(id))
    }
    return (*(delta for delta in given if delta.id not in again), *again.values())


def _preconditions(*steps: Steps) -> tuple[Precondition, ...]:
    return tuple(precondition for each in steps for precondition in each.preconditions)


def _by_relation(ids: Iterable[ObjectId]) -> Mapping[tuple[str, ...], tuple[ObjectId, ...]]:
    found: dict[tuple[str, ...], list[ObjectId]] = {}
    for id in ids:
        found.setdefault(id.name[:2], []).append(id)
    return {relation: tuple(own) for relation, own in found.items()}


def _eased(
    deltas: tuple[Delta, ...], aside: Aside, context: Context, kinds: Kinds
) -> tuple[dict[ObjectId, Steps], dict[ObjectId, Steps]]:
    """Return what alters objects so that what is beneath them can change, and what then makes them as they shall be."""
    before: dict[ObjectId, Steps] = {}
    after: dict[ObjectId, Steps] = {}
    for delta in deltas:
        lighter = aside.lighter.get(delta.id)
        if lighter is not None and delta.old is not None and delta.new is not None:
            before[delta.id] = _altered(delta.id, delta.old, lighter, context, kinds)
            after[delta.id] = _altered(delta.id, lighter, delta.new, context, kinds)
    return before, after


def _altered(id: ObjectId, old: Definition, new: Definition, context: Context, kinds: Kinds) -> Steps:
    return _reaching(kinds[id.kind].alter(id, old, new, context) or Steps(), id, new, context, kinds)


def _is_alike(delta: Delta, context: Context) -> bool:
    return delta.new is not None and delta.new == context.live.get(delta.id)


def _without_false_alarms(steps: Mapping[ObjectId, Steps], alike: Collection[ObjectId]) -> dict[ObjectId, Steps]:
    # Who may do what, and who calls it, is as before once the transaction ends.
    def quiet(statement: Statement) -> Statement:
        hazards = tuple(note for note in statement.hazards if note.hazard not in _PASSING)
        return dataclasses.replace(statement, hazards=hazards)

    return {
        id: dataclasses.replace(found, statements=tuple(map(quiet, found.statements))) if id in alike else found
        for id, found in steps.items()
    }


def unsettled(deltas: Iterable[Delta], context: Context, kinds: Kinds) -> frozenset[ObjectId]:
    """Return the live objects that must go or change in a way that what stands on them may forbid, or feels."""
    given = tuple(deltas)
    gone = {delta.id for delta in given if delta.new is None or _disturbs(delta, kinds)}
    return frozenset(gone) | _alterations(given, context, kinds)[1] | evicted(given, kinds)


def _disturbs(delta: Delta, kinds: Kinds) -> bool:
    if delta.old is None or delta.new is None:
        return False
    return kinds[delta.id.kind].disturbs(delta.id, delta.old, delta.new)


def _context(
    deltas: tuple[Delta, ...], replaced: Collection[ObjectId], desired: Desired, context: Context, kinds: Kinds
) -> Context:
    fresh = {delta.id for delta in deltas if delta.new is not None and (delta.old is None or delta.id in replaced)}
    context = dataclasses.replace(
        context,
        wanted=frozenset(id for id, wanted in desired.items() if wanted is not None),
        fresh=frozenset(fresh),
        dropped=frozenset(
            id for id, old in _drops(deltas, replaced, context, kinds).items() if not kinds[id.kind].is_inherited(old)
        ),
        returning=context.returning.intersection(desired),
    )
    return _with_clauses(deltas, context, kinds)


def _creations(
    deltas: tuple[Delta, ...], altered: Mapping[ObjectId, Steps], context: Context, kinds: Kinds
) -> dict[ObjectId, Steps]:
    inlined = {fact.id for facts in context.children.values() for fact in facts}
    found = {}
    for delta in deltas:
        if delta.new is None:
            continue
        kind = kinds[delta.id.kind]
        if kind.is_inherited(delta.new):
            found[delta.id] = Steps()
        elif delta.id in inlined:
            found[delta.id] = kind.after_clause(delta.id, delta.new, context)
        elif delta.id in context.fresh:
            found[delta.id] = _reaching(kind.create(delta.id, delta.new, context), delta.id, delta.new, context, kinds)
        else:
            found[delta.id] = _reaching(altered[delta.id], delta.id, delta.new, context, kinds)
    return found


def _drop(id: ObjectId, old: Definition, context: Context, kinds: Kinds) -> Steps:
    kind = kinds[id.kind]
    if kind.is_inherited(old):
        return Steps()
    return _reaching(kind.drop(id, old, context), id, old, context, kinds)


def _reaching(steps: Steps, id: ObjectId, definition: Definition, context: Context, kinds: Kinds) -> Steps:
    """Return steps with their locks on what inherits from the relations, where the statements reach that."""
    if not context.below:
        return steps
    own = ".".join(id.name[:2])
    descends = kinds[id.kind].descends(definition, partitioned=own in context.partitioned)

    def spread(statement: Statement) -> Statement:
        more = (
            dataclasses.replace(lock, relation=name)
            for lock in statement.locks
            # Of another relation, which a foreign key refers to, the partitions are locked likewise.
            if not lock.alone and (descends if lock.relation == own else lock.relation in context.partitioned)
            for name in context.below.get(lock.relation, ())
        )
        return dataclasses.replace(statement, locks=tuple(dict.fromkeys((*statement.locks, *more))))

    return dataclasses.replace(steps, statements=tuple(map(spread, steps.statements)))


def _alterations(
    deltas: tuple[Delta, ...], context: Context, kinds: Kinds
) -> tuple[dict[ObjectId, Steps], frozenset[ObjectId]]:
    altered: dict[ObjectId, Steps] = {}
    replaced = set()
    for delta in deltas:
        if delta.old is None or delta.new is None:
            continue
        kind = kinds[delta.id.kind]
        inherited = kind.is_inherited(delta.old) and kind.is_inherited(delta.new)
        steps = Steps() if inherited else kind.alter(delta.id, delta.old, delta.new, context)
        if steps is None:
            replaced.add(delta.id)
        else:
            altered[delta.id] = steps
    return altered, frozenset(replaced)


def _placed(aside: Aside, deltas: tuple[Delta, ...], kinds: Kinds) -> Aside:
    # What hung on a part that its parent no longer has is gone with that part.
    placeless = {id for id, _ in without_place(aside.vanishing, deltas, kinds)}
    return dataclasses.replace(aside, vanishing=aside.vanishing - placeless)


def without_place(
    ids: Iterable[ObjectId], deltas: Iterable[Delta], kinds: Kinds
) -> Iterator[tuple[ObjectId, ObjectId]]:
    """Yield the objects for which a parent that changes has no place any more, each with that parent."""
    new = {delta.id: delta.new for delta in deltas if delta.new is not None}
    for id in ids:
        for parent in kinds[id.kind].parents(id):
            if parent in new and not kinds[parent.kind].has_place_for(new[parent], id):
                yield id, parent


def _with_returning(deltas: tuple[Delta, ...], aside: Aside, desired: Desired, context: Context) -> tuple[Delta, ...]:
    # What goes with a replaced object, or stands aside for a changed one, must come back, whoever declared it.
    again = [Delta(id, None, desired.get(id, context.live[id])) for id in sorted(aside.vanishing)]
    again += [Delta(id, context.live[id], desired.get(id, context.live[id])) for id in (*aside.dropped, *aside.eased)]
    returning = {delta.id for delta in again}
    return (*(delta for delta in deltas if delta.id not in returning), *again)


def _with_clauses(deltas: tuple[Delta, ...], context: Context, kinds: Kinds) -> Context:
    # Deepest first: a column's NOT NULL belongs in the column's clause, which belongs in the table's statement.
    children: dict[ObjectId, tuple[Fact, ...]] = {}
    clauses: dict[ObjectId, tuple[Statement, ...]] = {}
    groups: dict[tuple[str, ...], ObjectId] = {}
    context = dataclasses.replace(context, children=children, clauses=clauses)
    made = [
        delta
        for delta in deltas
        if delta.id in context.fresh and delta.new is not None and not kinds[delta.id.kind].is_inherited(delta.new)
    ]
    for delta in sorted(made, key=lambda delta: -len(kinds[delta.id.kind].parents(delta.id))):
        kind = kinds[delta.id.kind]
        parent = next((parent for parent in kind.parents(delta.id) if parent in context.fresh), None)
        assert delta.new is not None
        if parent is None:
            group = kind.create_group(delta.id, delta.new, context)
            first = delta.id if group is None else groups.setdefault((kind.name, *group), delta.id)
            if first != delta.id:
                children[first] = (*children.get(first, ()), Fact(delta.id, delta.new))
            continue
        clause = kind.clause(delta.id, delta.new, context)
        if clause is not None:
            children[parent] = (*children.get(parent, ()), Fact(delta.id, delta.new))
            clauses[parent] = (*clauses.get(parent, ()), clause)
    return context


def _drops(
    deltas: tuple[Delta, ...], replaced: Collection[ObjectId], context: Context, kinds: Kinds
) -> dict[ObjectId, Definition]:
    gone = {delta.id: delta.old for delta in deltas if delta.new is None or delta.id in replaced}
    rank = {name: position for position, name in enumerate(kinds)}
    # What goes with its parent needs no statement, unless parents stand on each other through it.
    roots = {id: next((parent for parent in kinds[id.kind].parents(id) if parent in gone), id) for id in gone}
    first = in_circles(roots, _holding_up(gone, context, kinds))
    return {
        id: old
        for id in sorted(gone, key=lambda id: -rank[id.kind])
        if (old := gone[id]) is not None and (roots[id] == id or id in first)
    }


def _holding_up(gone: Mapping[ObjectId, Definition | None], context: Context, kinds: Kinds) -> Edges:
    # What the server drops along does not keep it from dropping what that goes with.
    def along(above: ObjectId, id: ObjectId) -> bool:
        old = gone.get(above)
        return old is not None and id in kinds[above.kind].goes_with(old)

    return {
        id: frozenset(above for above in others if not along(above, id)) if id in gone else others
        for id, others in context.edges.items()
    }


def resolved(desired: Desired, context: Context, kinds: Kinds) -> Mapping[ObjectId, Definition | None]:
    """Return what is desired, with what only the live object or the server can tell (`ALL` privileges, for one)."""
    result: dict[ObjectId, Any] = {}
    for id, wanted in desired.items():
        result[id] = None if wanted is None else kinds[id.kind].resolve(id, wanted, context.live.get(id), context)
    return result

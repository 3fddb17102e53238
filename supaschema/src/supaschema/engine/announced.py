"""What the previews of one run have said so far: what a later one builds upon is not there yet."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from supaschema.core.model import Definition, ObjectId, Phase, Plan
from supaschema.core.sqltext import Name, relation_name
from supaschema.engine.diff import Kinds
from supaschema.kinds.base import Family


@dataclass(frozen=True, slots=True)
class Coming:
    """Names without schemas, of what is not live yet.

    Attributes:
        touched: Relations, routines and whatever else plans make or change.
        made: What plans make, parts of relations included.
        declared: What resources declare.
        left: Names of relations that plans drop.
        relations: What plans make that is a relation, or has one, by schema and name.
        brings: Whether plans make what brings objects that no plan names.

    """

    touched: frozenset[str] = frozenset()
    made: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    relations: Mapping[Name, ObjectId] = field(default_factory=dict)
    brings: bool = False


def relation_made(id: ObjectId, definition: Definition | None, kinds: Kinds) -> Name | None:
    """Return schema and name of the relation that an object is, or that serves it; None: there is none."""
    return None if definition is None else kinds[id.kind].relation(id, definition)


@dataclass(slots=True)
class _Said:
    written: frozenset[str] = frozenset()
    coming: Coming = field(default_factory=Coming)


class Announced:
    """What the resources of a program declare, and what their plans make and write. For several threads."""

    def __init__(self, kinds: Kinds, made_elsewhere: Iterable[str] = ()) -> None:
        """Take the registry of kinds, and the names of what others make; begin with nothing said."""
        self._made_elsewhere = frozenset(made_elsewhere)
        self._kinds = kinds
        self._lock = threading.Lock()
        self._said: dict[str, _Said] = {}
        self._declared: dict[str, frozenset[str]] = {}
        self._is_complete = True

    def declare(self, urn: str, ids: Iterable[ObjectId] | None) -> None:
        """Remember what a resource declares; None: it is not known at this preview."""
        with self._lock:
            if ids is None:
                self._is_complete = False
            else:
                self._declared[urn] = frozenset(self._names(ids))

    @property
    def is_complete(self) -> bool:
        """Whether it is known what each resource so far declares."""
        return self._is_complete

    def announce(self, urn: str, plan: Plan) -> None:
        """Remember what a resource's plan would do."""
        with self._lock:
            self._said[urn] = _Said(_written(plan), self._coming(plan))

    def withdraw(self, urn: str) -> None:
        """Forget it: it was done."""
        with self._lock:
            self._said.pop(urn, None)

    def writes(self, urn: str, plan: Plan) -> bool:
        """Return whether a plan touches a relation whose rows another resource's plan writes."""
        touched = {lock.relation for statement in plan.statements for lock in statement.locks}
        with self._lock:
            return any(not touched.isdisjoint(said.written) for other, said in self._said.items() if other != urn)

    def coming(self, urn: str, plan: Plan) -> Coming:
        """Return what is not live yet, for a resource with a plan: its own plan does not know the order within it."""
        with self._lock:
            plans = [said.coming for other, said in self._said.items() if other != urn]
            declared = [names for other, names in self._declared.items() if other != urn]
        plans.append(self._coming(plan))
        return Coming(
            frozenset().union(*(item.touched for item in plans)),
            self._made_elsewhere.union(*(item.made for item in plans)),
            frozenset().union(*declared),
            frozenset().union(*(item.left for item in plans)),
            {name: id for item in plans for name, id in item.relations.items()},
            any(item.brings for item in plans),
        )

    def _coming(self, plan: Plan) -> Coming:
        there = (*plan.restored, *plan.renamed)
        # Values that are written change nothing that a text names.
        changing = (delta.id for delta in plan.deltas if self._kinds[delta.id.kind].phase is not Phase.VALUES)
        touched = (id.name[:2][-1] for id in (*there, *changing))
        made = (*there, *(delta.id for delta in plan.deltas if delta.new is not None))
        before = (relation_made(delta.id, delta.old, self._kinds) for delta in plan.deltas if delta.new is None)
        relations = {
            name: delta.id
            for delta in plan.deltas
            if delta.old is None and (name := relation_made(delta.id, delta.new, self._kinds)) is not None
        }
        left = frozenset(name[1] for name in before if name is not None)
        relations |= plan.returning
        brings = any(
            delta.old is None
            and delta.new is not None
            and self._kinds[delta.id.kind].brings_into(delta.new) is not None
            for delta in plan.deltas
        )
        return Coming(frozenset(touched), frozenset(self._names(made)), left=left, relations=relations, brings=brings)

    def _names(self, ids: Iterable[ObjectId]) -> Iterator[str]:
        # What belongs to a relation has a name of its own after that one's, if it is an object; a routine's arguments
        # are no name, nor is what is merely called after another object.
        for id in ids:
            kind = self._kinds[id.kind]
            is_routine = kind.family is Family.ROUTINE
            if kind.called_after(id):
                continue
            if not kind.parents(id) and (is_routine or not id.name[2:]):
                yield id.name[:2][-1]
            elif kind.addressed and id.name[2:] and not is_routine:
                yield id.name[-1]


def _written(plan: Plan) -> frozenset[str]:
    filled = {relation_name(name) for statement in plan.statements for name in statement.fires}
    locks = (lock for statement in plan.statements for lock in statement.locks)
    return frozenset(filled | {lock.relation for lock in locks if lock.rewrites})

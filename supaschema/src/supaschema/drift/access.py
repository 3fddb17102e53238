"""What a finding means for access: what roles can do now, and could not without it; and the other way round.

What decides over access is read once as it is. Then one finding after another is undone in what was read, and what
differs is told in the words of a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from supaschema.core.model import Definition, ObjectId
from supaschema.core.printable import ROUTINES
from supaschema.core.sqltext import Name
from supaschema.database.connect import Connection
from supaschema.drift.reading import Reading
from supaschema.drift.subject import Subject
from supaschema.kinds.bucket import Bucket
from supaschema.kinds.grants import Grants
from supaschema.kinds.policy import Policy
from supaschema.kinds.row_security import RowSecurity
from supaschema.review.access import model
from supaschema.review.access.diff import differences
from supaschema.review.access.model import Thing
from supaschema.review.access.reach import reach
from supaschema.review.access.read import read
from supaschema.review.access.rights import rights
from supaschema.review.access.words import said
from supaschema.supabase.roles import PUBLIC

_COMMANDS = {"ALL": ("select", "insert", "update", "delete")}
_RELATIONS = ("view", "materialized_view", "table")


@dataclass(frozen=True)
class Access:
    """What decides over access in the database as it is."""

    reading: model.Reading

    @classmethod
    def of(cls, connection: Connection, reading: Reading) -> Access:
        """Read it; the buckets are those that the sweep was shown."""
        buckets = [(id.name[0], it.public) for id, it in reading.live.items() if isinstance(it, Bucket)]
        return cls(read(connection, buckets))

    def meaning(self, reading: Reading, item: Subject) -> tuple[str, ...]:
        """Return what a finding means for access, a sentence each; nothing: it decides over none."""
        without = self._without(reading, item)
        if without is None or without == self.reading:
            return ()
        # Working out the rights of a whole database takes long.
        only = reach(without, self.reading)
        return tuple(said(it) for it in differences(rights(without, only), rights(self.reading, only)))

    def _without(self, reading: Reading, item: Subject) -> model.Reading | None:
        """Return what would be read without what was found."""
        id, live, was = item.id, reading.live.get(item.id), item.recorded
        if item.given is not None:
            return self._grants(id, item.given, None)
        definition = live or was
        match definition:
            case Policy():
                return self._with_policy(id, _policy(self.reading, id, was))
            case RowSecurity() if isinstance(was, RowSecurity):
                return self._replaced(id.name[:2], row_security=was.enabled, forced=was.forced)
            case Bucket():
                thing = Thing("bucket", id.name[0])
                public = frozenset({"download"} if isinstance(was, Bucket) and was.public else ())
                return replace(self.reading, others={**self.reading.others, thing: {PUBLIC: public}})
            case Grants() if isinstance(live, Grants):
                return self._grants(id, live, was)
            case _:
                return self._without_whole(id, live, was)

    def _without_whole(self, id: ObjectId, live: Definition | None, was: Definition | None) -> model.Reading | None:
        if live is None or was is not None:
            return None
        if id.kind in _RELATIONS:
            others = {name: it for name, it in self.reading.relations.items() if name != id.name[:2]}
            return replace(self.reading, relations=others)
        if id.kind in ROUTINES:
            gone = self._routine(id)
            routines = {name: it for name, it in self.reading.routines.items() if name != gone}
            return replace(self.reading, routines=routines)
        return None

    def _routine(self, id: ObjectId) -> str | None:
        called = model.called(id.name[:2])
        arguments = [it.strip() for it in id.name[2].split(",")] if id.name[2] else []
        return next(
            (it for it in (model.signature(id.name[:2], arguments), called) if it in self.reading.routines), None
        )

    def _grants(self, id: ObjectId, live: Grants | Definition, was: Definition | None) -> model.Reading | None:
        """Return what would be read if roles held what they did: what somebody inherits is told of the other role."""
        is_of_routine = id.kind.removesuffix("_grants") in ROUTINES
        if not (is_of_routine or id.kind == "table_grants") or not isinstance(live, Grants):
            return None
        before = _held(was) if isinstance(was, Grants) else {}
        if is_of_routine:
            return self._callers(id, _held(live), before)
        relation = self.reading.relations.get(id.name[:2])
        if relation is None:
            return None
        held = dict(relation.held)
        for role, verbs in _held(live).items():
            for each in self.reading.subjects if role == PUBLIC else (role,):
                held[each] = held.get(each, frozenset()) - verbs | before.get(role, frozenset())
        for role, verbs in before.items():
            held[role] = held.get(role, frozenset()) | verbs
        return self._replaced(id.name[:2], held=held)

    def _callers(
        self, id: ObjectId, live: Mapping[str, frozenset[str]], was: Mapping[str, frozenset[str]]
    ) -> model.Reading | None:
        name = self._routine(id)
        if name is None:
            return None
        routine = self.reading.routines[name]
        more, fewer = live.keys() - was.keys(), was.keys() - live.keys()
        if PUBLIC in more:
            more = {*self.reading.subjects} - was.keys()
        changed = replace(routine, callers=routine.callers - more | fewer)
        return replace(self.reading, routines={**self.reading.routines, name: changed})

    def _with_policy(self, id: ObjectId, policy: model.Policy | None) -> model.Reading | None:
        relation = self.reading.relations.get(id.name[:2])
        if relation is None:
            return None
        others = tuple(it for it in relation.policies if it.name != id.name[2])
        live = next((it for it in relation.policies if it.name == id.name[2]), None)
        if policy is not None and live is not None:
            policy = replace(policy, asks=live.asks, calls=live.calls)
        return self._replaced(id.name[:2], policies=others if policy is None else (*others, policy))

    def _replaced(self, name: Name, **parts: object) -> model.Reading | None:
        relation = self.reading.relations.get(name)
        if relation is None:
            return None
        changed = replace(relation, **parts)  # type: ignore[arg-type]
        return replace(self.reading, relations={**self.reading.relations, name: changed})


def _held(grants: Grants) -> dict[str, frozenset[str]]:
    return {entry.grantee: frozenset(it.lower() for it in entry.privileges) for entry in grants.entries}


def _policy(reading: model.Reading, id: ObjectId, was: Definition | None) -> model.Policy | None:
    if not isinstance(was, Policy):
        return None
    return model.Policy(
        name=id.name[2],
        commands=frozenset(_COMMANDS.get(was.command, (was.command.lower(),))),
        permissive=was.permissive,
        roles=frozenset(_applying(reading, was.roles)),
        using=was.using,
        check=was.check,
    )


def _applying(reading: model.Reading, named: Iterable[str]) -> set[str]:
    """Return the roles that a policy for some roles applies to: those that inherit from one of them, too."""
    if PUBLIC in named:
        return {*reading.subjects}
    found = set(named)
    for name in named:
        members = reading.others.get(Thing("role", name), {})
        found |= {role for role, verbs in members.items() if "inherit" in verbs}
    return found

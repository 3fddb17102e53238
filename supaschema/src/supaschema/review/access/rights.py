"""What roles can do, with all that stands behind it: policies, the relations under a view, the rights of an owner.

Rules: PostgreSQL documentation, "Row Security Policies", "Rules and Privileges", CREATE VIEW ("security_invoker": such
a view always reads as the session's role, whatever reads through it), CREATE FUNCTION.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from supaschema.core.sqltext import Name
from supaschema.review.access.bodies import Bodies
from supaschema.review.access.model import (
    BY_COLUMN,
    READ_AND_WRITE,
    Ask,
    Held,
    Policy,
    Reading,
    Relation,
    Routine,
    Thing,
)
from supaschema.review.access.reach import Reach

_ALWAYS, _NEVER = "true", "false"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A role, what it does something with, and what it does."""

    role: str
    thing: Thing
    verb: str


@dataclass(frozen=True, slots=True)
class Need:
    """What is missing: a privilege of a role."""

    role: str
    verb: str
    thing: Thing
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Clause:
    """What a policy says of one verb, and what stands behind its words.

    Attributes:
        permissive: Whether it admits rows.
        text: Its conditions.
        asks: The relations that it reads, each with what holds back rows of it.
        calls: The functions that it calls, each with a digest of what it does.
        policy: Its name, which decides nothing.

    """

    permissive: bool
    text: tuple[str | None, str | None]
    asks: frozenset[tuple[Name, frozenset[Gate]]] = frozenset()
    calls: frozenset[tuple[str, str]] = frozenset()
    policy: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Gate:
    """Row level security of one relation, as it counts for a role.

    Attributes:
        relation: The relation.
        owner: The owner of the view by whose rights it is read; None: it is read by the session's own.
        clauses: What its policies say.

    """

    relation: Name
    owner: str | None
    clauses: frozenset[Clause]

    @property
    def is_closed(self) -> bool:
        """Whether no row passes."""
        return not any(clause.permissive for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class Grant:
    """How something is allowed.

    Attributes:
        columns: The columns that it is allowed of, where that is told by column.
        gates: What holds back rows; none: every row is reached.
        owner: The role with whose rights it happens; None: with those of whoever does it.
        digest: Of what then happens: a view's query, a function's body.
        past: The relations whose row level security does not hold back that role.

    """

    columns: frozenset[str] | None = None
    gates: frozenset[Gate] = frozenset()
    owner: str | None = None
    digest: str = ""
    past: frozenset[Name] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Rights:
    """What roles can do in one database.

    Attributes:
        things: All that there is.
        columns: Of each relation.
        allowed: What works.
        broken: What is granted and fails, with what it lacks.
        leans: What is allowed and may fail for what a body or a default needs: what of that is there, what is not.

    """

    things: frozenset[Thing] = frozenset()
    columns: Mapping[Thing, frozenset[str]] = field(default_factory=dict)
    allowed: Mapping[Key, Grant] = field(default_factory=dict)
    broken: Mapping[Key, frozenset[Need]] = field(default_factory=dict)
    leans: Mapping[Key, Mapping[Need, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Beneath:
    gates: frozenset[Gate] = frozenset()
    missing: frozenset[Need] = frozenset()
    past: frozenset[Name] = frozenset()
    is_empty: bool = False
    """Whether the server knows before it begins that there is no row: then it calls no function (15 may)."""

    def __or__(self, other: _Beneath) -> _Beneath:
        return _Beneath(self.gates | other.gates, self.missing | other.missing, self.past | other.past)


def rights(reading: Reading, only: Reach | None = None) -> Rights:
    """Return what the roles of a database can do; or `only` with some of it."""
    return _Sweep(reading, only).rights()


@dataclass
class _Sweep:
    reading: Reading
    only: Reach | None = None
    allowed: dict[Key, Grant] = field(default_factory=dict)
    broken: dict[Key, frozenset[Need]] = field(default_factory=dict)
    leans: dict[Key, dict[Need, bool]] = field(default_factory=dict)
    known: dict[tuple[str, str, Name, str], _Beneath] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bodies = Bodies(self.reading)

    def rights(self) -> Rights:
        relations, routines, others = self._looked_at()
        for role in self.reading.subjects:
            entered = {schema for schema in self._schemas() if self.reading.enters(role, schema)}
            for relation in (each for each in relations if each.name[0] in entered):
                self._relation(role, relation)
            for routine in (each for each in routines if each.schema in entered):
                self._routine(role, routine)
            for thing, held in others.items():
                if self.reading.inside.get(thing.name) in (None, *entered):
                    self.allowed |= {Key(role, thing, verb): Grant() for verb in held.get(role, ())}
        things = {relation.thing: frozenset(relation.columns) for relation in relations}
        brought = {_extension(routine) for routine in routines if routine.extension}
        every = {*things, *others, *(routine.thing for routine in routines), *brought}
        return Rights(frozenset(every), things, self.allowed, self.broken, self.leans)

    def _looked_at(self) -> tuple[Collection[Relation], Collection[Routine], Mapping[Thing, Held]]:
        reading, only = self.reading, self.only
        if only is None:
            return reading.relations.values(), reading.routines.values(), reading.others
        relations = [reading.relations[name] for name in sorted(only.relations & reading.relations.keys())]
        routines = [reading.routines[name] for name in sorted(only.routines & reading.routines.keys())]
        return relations, routines, reading.others if only.others else {}

    def _schemas(self) -> Iterator[str]:
        yield from (thing.name for thing in self.reading.others if thing.kind == "schema")

    def _relation(self, role: str, relation: Relation) -> None:
        for verb in ("select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain"):
            columns = self._columns(role, relation, verb)
            if columns is None and verb not in relation.held.get(role, ()):
                continue
            if columns == frozenset() and verb not in relation.held.get(role, ()):
                continue
            if relation.kind == "view" and verb not in {"select", "trigger"} | relation.passes | relation.takes:
                continue
            key = Key(role, relation.thing, verb)
            beneath = self._beneath(role, role, relation, verb) if verb in READ_AND_WRITE else _Beneath()
            if beneath.missing:
                self.broken[key] = beneath.missing
            elif not any(gate.relation == relation.name and gate.is_closed for gate in beneath.gates):
                owner = _lender(relation, verb) if relation.owner != role else None
                self.allowed[key] = Grant(columns, beneath.gates, owner, relation.query if owner else "", beneath.past)
                self.leans |= {key: leans} if (leans := dict(self._leans_of(key, relation))) else {}
        if role in relation.owned_by:
            self.allowed[Key(role, relation.thing, "own")] = Grant()

    def _columns(self, role: str, relation: Relation, verb: str) -> frozenset[str] | None:
        if verb not in BY_COLUMN:
            return None
        if verb in relation.held.get(role, ()):
            return frozenset(relation.columns)
        return relation.columns_held.get(verb, {}).get(role, frozenset())

    def _beneath(self, session: str, role: str, relation: Relation, verb: str) -> _Beneath:
        """Return what stands behind a verb where it is done to a relation with a role's rights, in a session."""
        place = (session, role, relation.name, verb)
        if place not in self.known:
            # Policies may ask in a circle: the server refuses that, and what is found here is found once.
            self.known[place] = _Beneath()
            if relation.kind == "view":
                self.known[place] = self._through(session, relation, verb)
            elif relation.kind == "table" and relation.row_security:
                passes = self._passes(role, relation)
                held_back = _Beneath(past=frozenset({relation.name} if role != session else ()))
                self.known[place] = held_back if passes else self._held_back(session, role, relation, verb)
        return self.known[place]

    def _passes(self, role: str, relation: Relation) -> bool:
        return role in self.reading.unbound or (role in relation.owned_by and not relation.forced)

    def _through(self, session: str, view: Relation, verb: str) -> _Beneath:
        role = session if view.as_invoker else view.owner
        writes = verb != "select"
        if writes and verb not in view.passes:
            return _Beneath()
        found = _Beneath(missing=self._uncallable(session, view.calls))
        for ask in view.asks:
            # Of several relations the catalog does not tell which one is written to.
            found |= self._asked(session, role, ask, verb if writes and len(view.asks) == 1 else "select")
        if len(view.asks) == 1 and self._asked(session, role, view.asks[0], "select").is_empty:
            return replace(found, missing=_uncalled(found.missing), is_empty=True)
        return found

    def _asked(self, session: str, role: str, ask: Ask, verb: str) -> _Beneath:
        relation = self.reading.relations.get(ask.relation)
        if relation is None:
            return _Beneath()
        lacking = self._lacking(role, relation, ask.columns, verb)
        beneath = self._beneath(session, role, relation, verb)
        return replace(beneath, missing=beneath.missing | frozenset(lacking))

    def _lacking(self, role: str, relation: Relation, columns: frozenset[str], verb: str) -> list[Need]:
        if verb in relation.held.get(role, ()):
            return []
        held = relation.columns_held.get(verb, {}).get(role, frozenset())
        if verb != "select" or not columns:
            return [] if held else [Need(role, verb, relation.thing)]
        return [Need(role, verb, relation.thing, columns - held)] if columns - held else []

    def _held_back(self, session: str, role: str, relation: Relation, verb: str) -> _Beneath:
        """Return what the policies of a table hold back, and what they lack: of what counts for nothing, nothing.

        Without a permissive policy the server evaluates none at all; one that is always true makes the others
        superfluous, and one that is always false leaves nothing to call a function for.
        """
        applying = [each for each in relation.policies if role in each.roles and verb in each.commands]
        told = [self._clause(session, role, policy, verb) for policy in applying]
        permissive = [(clause, lacks) for clause, lacks in told if clause.permissive]
        restrictive = [(clause, lacks) for clause, lacks in told if not clause.permissive]
        owner = None if role == session else role
        if not permissive:
            return _Beneath(frozenset({Gate(relation.name, owner, frozenset())}), is_empty=True)
        admitting = [(clause, lacks) for clause, lacks in permissive if _NEVER not in clause.text]
        is_open = any({*clause.text} <= {_ALWAYS, None} for clause, _ in admitting)
        missing = _all(lacks for _, lacks in ([] if is_open else admitting) + restrictive)
        if not admitting or any(_NEVER in clause.text for clause, _ in restrictive):
            closed = frozenset({Gate(relation.name, owner, frozenset())})
            return _Beneath(closed, _uncalled(missing), is_empty=True)
        if is_open and not restrictive:
            return _Beneath()
        clauses = frozenset(clause for clause, _ in admitting + restrictive)
        return _Beneath(frozenset({Gate(relation.name, owner, clauses)}), missing)

    def _clause(self, session: str, role: str, policy: Policy, verb: str) -> tuple[Clause, frozenset[Need]]:
        seen = policy.using if verb != "insert" else None
        written = (policy.check or policy.using) if verb in ("insert", "update") else None
        asks, missing = set(), self._uncallable(session, policy.calls)
        for ask in policy.asks:
            beneath = self._asked(session, role, ask, "select")
            missing |= beneath.missing
            asks.add((ask.relation, beneath.gates))
        calls = set()
        for routine, runs_as in self.bodies.reached(policy.calls, role):
            calls.add((routine.signature, routine.digest))
            for relation in self.bodies.named(routine):
                if gates := self._beneath(session, runs_as, relation, "select").gates:
                    asks.add((relation.name, gates))
        return Clause(policy.permissive, (seen, written), frozenset(asks), frozenset(calls), policy.name), missing

    def _uncallable(self, session: str, calls: Iterable[str]) -> frozenset[Need]:
        # Whose view or policy it is does not count: the session's role must be allowed to call it.
        routines = (self.reading.routines[name] for name in calls if name in self.reading.routines)
        return frozenset(Need(session, "execute", each.thing) for each in routines if session not in each.callers)

    def _leans_of(self, key: Key, relation: Relation) -> Iterator[tuple[Need, bool]]:
        """Yield what a verb needs of what defaults, triggers and the functions of policies name."""
        if key.verb == "insert":
            for name in relation.draws:
                held = self.reading.others.get(Thing("sequence", name), {}).get(key.role, frozenset())
                yield Need(key.role, "usage", Thing("sequence", name)), not held.isdisjoint({"usage", "update"})
        called = set(relation.fires.get(key.verb, ()))
        if relation.row_security and not self._passes(key.role, relation):
            for policy in relation.policies:
                if key.role in policy.roles and key.verb in policy.commands:
                    called |= policy.calls
        for routine, runs_as in self.bodies.reached(called, key.role):
            yield from self._leans(runs_as, routine)

    def _routine(self, role: str, routine: Routine) -> None:
        if role not in routine.callers or routine.kind == "trigger function":
            return
        if routine.extension is not None:
            key = Key(role, _extension(routine), "execute")
            before = self.allowed.get(key, Grant(frozenset())).columns or frozenset()
            self.allowed[key] = Grant(before | {routine.signature})
            return
        key = Key(role, routine.thing, "execute")
        owner = routine.owner if routine.is_definer and routine.owner != role else None
        self.allowed[key] = Grant(owner=owner, digest=routine.digest if owner else "")
        leans = [self._leans(runs_as, each) for each, runs_as in self.bodies.reached([routine.signature], role)]
        if found := {need: stands for each in leans for need, stands in each}:
            self.leans[key] = found
        if role in routine.owned_by:
            self.allowed[Key(role, routine.thing, "own")] = Grant()

    def _leans(self, role: str, routine: Routine) -> Iterator[tuple[Need, bool]]:
        """Yield what a function's body needs, as far as its words tell, and whether the role has it."""
        for ask in routine.asks:
            if relation := self.reading.relations.get(ask.relation):
                lacking = self._lacking(role, relation, ask.columns, "select")
                yield Need(role, "select", relation.thing), not lacking
        verbs = [verb for verb in READ_AND_WRITE if verb in {word.lower() for word in routine.words}]
        for relation in self.bodies.named(routine):
            for verb in verbs:
                yield Need(role, verb, relation.thing), not self._lacking(role, relation, frozenset(), verb)


def _all(needs: Iterable[frozenset[Need]]) -> frozenset[Need]:
    return frozenset[Need]().union(*needs)


def _uncalled(missing: frozenset[Need]) -> frozenset[Need]:
    return frozenset(need for need in missing if need.verb != "execute")


def _lender(relation: Relation, verb: str) -> str | None:
    """Return the role with whose rights a relation is read: rows of a materialized view were read by its owner."""
    lends = relation.kind == "materialized view" or (relation.kind == "view" and not relation.as_invoker)
    return relation.owner if lends and verb in READ_AND_WRITE else None


def _extension(routine: Routine) -> Thing:
    return Thing("extension", str(routine.extension))

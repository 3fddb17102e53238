"""The vocabulary of the pipeline: facts, deltas, statements, plans. Values only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import cached_property
from sys import intern
from typing import NamedTuple, Self

import msgspec
from psycopg import sql

from supaschema.core.errors import OwnershipError
from supaschema.core.hazards import Hazard as Hazard  # noqa: PLC0414 - for those who know it by this place
from supaschema.core.printable import dotted, line
from supaschema.core.sqltext import Name, shown


def no_object(key: str) -> OwnershipError:
    """Return the error about a row of the ledger whose key names no object."""
    return OwnershipError(
        f"the ledger has a row of no object: its key is {key!r}.",
        where="supaschema.objects",
        remedy="Nobody but this library writes that table. Write into the row what it had, or delete it: what "
        "it spoke of is entered anew by the next `pulumi up`, as an object that was there before.",
    )


class ObjectId(NamedTuple):
    """Address of a catalog object: its kind and its name's parts, such as `("column", ("public", "jobs", "id"))`.

    Objects that belong to a relation or routine begin with its schema and name.
    """

    kind: str
    name: tuple[str, ...]

    @property
    def key(self) -> str:
        """The address as text that the ledger stores."""
        return json.dumps([self.kind, *self.name], ensure_ascii=False)

    @classmethod
    def from_key(cls, key: str) -> Self:
        """Read what `key` gave.

        Raises:
            OwnershipError: It is nothing that `key` gives.

        """
        try:
            parts = msgspec.json.decode(key, type=list[str])
        except msgspec.MsgspecError:
            parts = []
        if not parts[1:]:
            raise no_object(key)
        # Most of them name what others do: a schema, a table, a column.
        return cls(intern(parts[0]), tuple(map(intern, parts[1:])))

    def __str__(self) -> str:
        """Return the address for people, in one line: `column public.jobs.id`, `function public.code(text)`."""
        return line(f"{self.kind.replace('_', ' ')} {dotted(self.kind, self.name)}")


class Definition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of a kind's definition: JSON values only, so that state and ledger can hold it."""

    def key_columns(self) -> tuple[str, ...]:
        """Return the columns by which a foreign key may refer to a row because of the object; none: it is no key."""
        return ()


class Inheritable(Definition, frozen=True, kw_only=True):
    """A definition of what a table may have from another one: of a partition, or of a table that inherits."""

    inherited: bool = False
    """Whether it is the other table's: it comes, changes and goes with that one's."""
    attached_to: tuple[str, ...] | None = None
    """The name of the other table's, where this one is as it were a part of it. Kept, not compared."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One catalog object: where it is and what it is."""

    id: ObjectId
    definition: Definition


Address = tuple[int, int, int]
"""Where the server's catalog has an object: classid, objid and objsubid of pg_depend."""

Edges = Mapping[ObjectId, frozenset[ObjectId]]
"""By object, those that stand on it: the server refuses to drop it before them."""

Facts = Mapping[ObjectId, Definition]
Desired = Mapping[ObjectId, Definition | None]
"""What each object shall be; None: it shall not be."""


@dataclass(frozen=True, slots=True)
class Delta:
    """One difference: `old` is live, `new` is desired; None means absent."""

    id: ObjectId
    old: Definition | None
    new: Definition | None


class LockMode(Enum):
    """Table lock modes, weakest first (PostgreSQL documentation, "Explicit Locking")."""

    ACCESS_SHARE = "ACCESS SHARE"
    ROW_SHARE = "ROW SHARE"
    ROW_EXCLUSIVE = "ROW EXCLUSIVE"
    SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"
    SHARE = "SHARE"
    SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
    EXCLUSIVE = "EXCLUSIVE"
    ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"

    @property
    def strength(self) -> int:
        """Position in the order of strength, 0 the weakest."""
        return list(LockMode).index(self)


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that a statement takes on a relation, and whether it reads or rewrites the whole of it.

    `alone`: it is not taken on what inherits from the relation, whatever other statements of its kind do.
    """

    relation: str
    mode: LockMode
    scans: bool = False
    rewrites: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What a sentence counts: whose it is, what one of them is called, and what becomes of them.

    Attributes:
        holder: What they belong to, such as "Table public.notes".
        relation: The relation that has them.
        unit: `row`, `value` or `file`.
        consequence: What becomes of them.

    """

    holder: str
    relation: str
    unit: str
    consequence: str


@dataclass(frozen=True, slots=True)
class HazardNote:
    """A hazard and one sentence: what could happen to whom; `held` is what it counts."""

    hazard: Hazard
    sentence: str
    held: Held | None = None


class Mode(Enum):
    """How a statement runs."""

    TRANSACTION = "transaction"
    """Together with its neighbours of this mode."""
    OWN_TRANSACTION = "own transaction"
    """In a transaction that begins with it, to hold its locks for a short time only."""
    ALONE = "alone"
    """Outside of a transaction, as CREATE INDEX CONCURRENTLY must."""
    BATCHES = "batches"
    """Again and again, a transaction each, until no row is left: with the last key and the number of rows to take."""


class Phase(IntEnum):
    """What a statement is for. Of two that do not depend on each other, the one of the earlier phase runs first."""

    COPY = 1
    """It copies values that a drop would lose; it takes long and shows to nobody."""
    STRUCTURE = 2
    """It makes, changes or drops an object."""
    ACCESS = 3
    """It says who may reach what."""
    REFERENCES = 4
    """It ties a new table to others, which nobody writes to from then on until the transaction ends."""
    VALUES = 5
    """It writes values, or needs those that are written."""
    TIDY = 6
    """It tidies up, and takes long."""


@dataclass(frozen=True)
class Statement:
    """A statement to run, with what it does to others.

    Attributes:
        query: The SQL.
        locks: The locks it takes.
        hazards: Its risks.
        mode: How it runs.
        computes: Whether it computes something of rows though it states no scan.
        find: The query that finds the rows for which it may be refused, or None.
        fires: Tables, by schema and name, whose rows it writes: what others hung on them would run with our rights.
        deletes: Whether it may delete rows of them.
        assigns: The columns of them that it assigns.
        casts: Types of whose values it makes texts, or values of texts: a cast, or a check, of their owners would run.
        phase: What it is for; None: what its kind's statements are for.
        checks_bodies: Whether the server looks into the routine that it makes; not where it is as it was before.
        drops: Objects that are gone for good once it has run.
        relabels: Labels that it renames: the enum type, the former name and the later one.
        taken_back_by: What takes it back where a later statement fails: it must not outlive the plan.
        most: The most rows that a batch takes.
        about: The object that it makes, changes or drops; None before the plan is put in order.
        upkeep: Whether it is the archive's own work around a change that another statement makes.

    """

    query: sql.Composable
    locks: tuple[Lock, ...] = ()
    hazards: tuple[HazardNote, ...] = ()
    mode: Mode = Mode.TRANSACTION
    computes: bool = False
    find: sql.Composable | None = None
    fires: tuple[tuple[str, ...], ...] = ()
    deletes: bool = False
    assigns: tuple[str, ...] = ()
    casts: tuple[str, ...] = ()
    phase: Phase | None = None
    checks_bodies: bool = True
    drops: tuple[ObjectId, ...] = ()
    relabels: tuple[tuple[ObjectId, str, str], ...] = ()
    taken_back_by: tuple[Statement, ...] = ()
    most: int = 50_000
    about: ObjectId | None = None
    upkeep: bool = False

    @property
    def runnable(self) -> sql.Composed:
        """The SQL as psycopg runs it."""
        return sql.Composed([self.query])

    @property
    def reads_rows(self) -> bool:
        """Whether the server may speak of a row's value where it refuses."""
        return self.computes or self.mode is Mode.BATCHES or any(lock.scans or lock.rewrites for lock in self.locks)

    @cached_property
    def text(self) -> str:
        """The exact SQL, but for what is shown to nobody."""
        return shown(self.query).as_string()


@dataclass(frozen=True, slots=True)
class Computed:
    """What the server must be able to compute of each row of a table: `relation` is its schema and name."""

    relation: tuple[str, ...]
    expression: sql.Composable


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index must be able to hold of each row of a table.

    Attributes:
        relation: Schema and name of the table.
        tail: What follows the table's name where such an index is made.

    """

    relation: tuple[str, ...]
    tail: sql.Composable


@dataclass(frozen=True)
class Precondition:
    """A query whose every row forbids a plan; run before its first statement.

    `reason` says what the rows are, after their number; `find` is the query that lists them. With `computed` they are
    those of which that cannot be computed, and `find` is a query that fails at the first of them. With `indexed` they
    are those of the rows it lists, the longest first, that such an index cannot hold. With `shows_rows` what they hold
    is nobody's secret, and told. With `stands` they are objects that may go in the same run.
    """

    reason: str
    find: sql.Composable
    computed: Computed | None = None
    indexed: Indexed | None = None
    shows_rows: bool = False
    stands: bool = False


@dataclass(frozen=True)
class Steps:
    """What a kind answers for one delta.

    Attributes:
        statements: What does it, in order within each phase.
        preconditions: What must not be found before the plan's first statement.

    """

    statements: tuple[Statement, ...] = ()
    preconditions: tuple[Precondition, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Ordered statements that turn what is live into what is desired."""

    deltas: tuple[Delta, ...] = ()
    statements: tuple[Statement, ...] = ()
    preconditions: tuple[Precondition, ...] = ()
    notes: tuple[str, ...] = field(default=())
    along: tuple[ObjectId, ...] = ()
    """Objects that the server drops along with one that goes."""
    restored: Mapping[ObjectId, frozenset[Name]] = field(default_factory=dict)
    """Tables that come back from the archive, each with the names of the relations that come with it."""
    renamed: frozenset[ObjectId] = frozenset()
    """Objects that have another name before all else, by that name."""
    vanishing: Mapping[ObjectId, Definition] = field(default_factory=dict)
    """Objects that go with one that is recreated and then come back, each as it is live."""
    eased: frozenset[ObjectId] = frozenset()
    """Objects that are not dropped, and let go of what changes beneath them until that is done."""
    carried: tuple[ObjectId, ...] = ()
    """Objects that are changed along with what they are of."""

    @property
    def returning(self) -> dict[Name, ObjectId]:
        """The relations that come back from the archive, each with the table that it is or is of."""
        return {name: id for id, names in self.restored.items() for name in (id.name, *names)}

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.statements

    def sentences(self, *hazards: Hazard) -> tuple[str, ...]:
        """Return what the plan says of these hazards."""
        notes = dict.fromkeys(note for statement in self.statements for note in statement.hazards)
        return tuple(note.sentence for note in notes if note.hazard in hazards)

    def strongest_locks(self) -> tuple[Lock, ...]:
        """Give, per relation, the strongest lock any statement takes, and the strongest held for a scan or rewrite."""
        locks = [lock for statement in self.statements for lock in statement.locks]
        long = [lock for lock in locks if lock.scans or lock.rewrites]
        found = {*_strongest(locks), *_strongest(long)}
        return tuple(sorted(found, key=lambda lock: (lock.relation, -lock.mode.strength, lock.scans)))


def _strongest(locks: Iterable[Lock]) -> Iterable[Lock]:
    merged: dict[str, Lock] = {}
    for lock in locks:
        seen = merged.get(lock.relation)
        if seen is None or _weight(lock) > _weight(seen):
            merged[lock.relation] = lock
    return merged.values()


def _weight(lock: Lock) -> tuple[int, bool, bool]:
    return lock.mode.strength, lock.rewrites, lock.scans

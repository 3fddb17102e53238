"""What a sweep finds: values only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Topic(Enum):
    """The lists of a result, in the order in which they are told."""

    CHANGED = "changed"
    """It is recorded, and live it is another."""
    MISSING = "missing"
    """It is recorded, and does not exist."""
    UNMANAGED = "unmanaged"
    """Nobody recorded it, and it is on, beside or reaches what is managed."""
    OPERATIONAL = "operational"
    """It is made at run time, and lacks what guards the object that it belongs to."""
    NOT_MODELLED = "not modelled"
    """Nobody recorded it, and no declaration could."""
    UNTOLD = "could not tell"
    """Of this the sweep knows too little."""


class Level(Enum):
    """What a finding means for the exit code."""

    FAIL = "fail"
    REPORT = "report"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Property:
    """One property that differs: how it was recorded, and how it is live. None: it says nothing."""

    name: str
    recorded: Any
    live: Any


@dataclass(frozen=True, slots=True)
class Trace:
    """An entry of the journal: who changed something, when, by which command.

    Attributes:
        at: When the transaction began, in UTC, as ISO 8601 has it.
        login: Who was logged in.
        role: The role taken by SET ROLE; None: none.
        application: What the session called itself.
        command: The command's name, such as `ALTER TABLE`; of what it said the journal has nothing.
        object: What it was done to, as the server writes it; None: the server does not tell.

    """

    at: str
    login: str
    role: str | None
    application: str
    command: str
    object: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between the ledger and the database.

    Attributes:
        topic: The list that it is in.
        kind: The kind of object, in words.
        name: The object's name in one piece.
        key: By which the finding is known again in another result, and in what was accepted.
        why: Why it is looked at, or what could not be told.
        resource: The URN of the resource that declares it; None: none does.
        properties: What differs, of what is changed.
        definition: What is recorded of what is missing, or live of what is unmanaged; as others may read it.
        access: What it means for access, a sentence each.
        repair: The statements that undo it.
        adopt: The declaration that would manage it, as a program writes it; None: there is none.
        level: What it means for the exit code.
        reason: Why a rule gives it another level than its list has.
        changes: What the journal has of it, the newest first.

    """

    topic: Topic
    kind: str
    name: str
    key: str
    why: str = ""
    resource: str | None = None
    properties: tuple[Property, ...] = ()
    definition: dict[str, Any] | None = None
    access: tuple[str, ...] = ()
    repair: tuple[str, ...] = ()
    adopt: str | None = None
    level: Level = Level.FAIL
    reason: str | None = None
    changes: tuple[Trace, ...] = ()

    @property
    def title(self) -> str:
        """The object for people, which patterns of rules are held against."""
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Held:
    """A resource that is not to be deployed for a repair: the titles of what would perhaps go by that, unmanaged."""

    resource: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repairs:
    """What repairs that which is changed or missing.

    Attributes:
        targets: The URNs of resources whose deployment does, and removes nothing that is unmanaged.
        held: The others.

    """

    targets: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Of which database something was written: its name, and the stacks of which its ledger holds something."""

    database: str
    stacks: tuple[str, ...]

    def is_of(self, other: Origin) -> bool:
        """Return whether both may be of one database: another stack may have come to it, or have left it."""
        shared = {*self.stacks} & {*other.stacks} or self.stacks == other.stacks
        return self.database == other.database and bool(shared)

    def __str__(self) -> str:
        """Name it."""
        return f"database {self.database} with {', '.join(self.stacks) or 'no stack'}"


@dataclass(frozen=True, slots=True)
class Result:
    """What a sweep found.

    Attributes:
        database: The database's name.
        user: The role that looked.
        server_major: The server's major version.
        stacks: The stacks of which the ledger holds something.
        managed: How many objects the ledger holds.
        findings: What was found, in the order of the lists.
        counted: What is made at run time, counted: by a line for each sort.
        journal: How the journal of changes is, in a sentence; None: there is none, or this role may not read it.
        repairs: What repairs that which is changed or missing.

    """

    database: str
    user: str
    server_major: int
    stacks: tuple[str, ...]
    managed: int
    findings: tuple[Finding, ...]
    counted: tuple[str, ...] = ()
    journal: str | None = None
    repairs: Repairs = Repairs()

    @property
    def origin(self) -> Origin:
        """Of which database it is."""
        return Origin(self.database, self.stacks)

    def of(self, topic: Topic) -> tuple[Finding, ...]:
        """Return the findings of one list that no rule leaves out."""
        return tuple(item for item in self.findings if item.topic is topic and item.level is not Level.IGNORE)

    @property
    def drifted(self) -> bool:
        """Whether something differs that is not only reported."""
        return any(item.level is Level.FAIL and item.topic is not Topic.UNTOLD for item in self.findings)

    @property
    def untold(self) -> bool:
        """Whether there is something of which it is not known whether it differs."""
        return any(item.level is Level.FAIL and item.topic is Topic.UNTOLD for item in self.findings)


def ordered(findings: Iterable[Finding], kinds: Sequence[str]) -> tuple[Finding, ...]:
    """Return findings by their list, by their kind in the order of creation, by name: so they are repaired in turn."""
    lists = {topic: number for number, topic in enumerate(Topic)}
    places = {kind.replace("_", " "): number for number, kind in enumerate(kinds)}

    def place(item: Finding) -> tuple[object, ...]:
        return lists[item.topic], places.get(item.kind, len(places)), item.name, item.kind, item.key

    return tuple(sorted(findings, key=place))

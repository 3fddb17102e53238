"""What decides over access in one database, as it was read; `rights.py` works out what roles can do by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from supaschema.core.quoted import in_quotes
from supaschema.core.sqltext import Name

Held = Mapping[str, frozenset[str]]
"""By role, the privileges that it has with all that it inherits: in small letters, as verbs."""

_PLAIN = re.compile(r"[^\W\d][\w$]*")
READ_AND_WRITE = ("select", "insert", "update", "delete")
BY_COLUMN = ("select", "insert", "update", "references")
"""Privileges that may be of single columns."""


def called(name: Name) -> str:
    """Return a name for people, in quotes where another one could be meant."""
    return ".".join(part if _PLAIN.fullmatch(part) else in_quotes(part) for part in name)


def signature(name: Name, arguments: Iterable[str]) -> str:
    """Return how a function is called here: by its name and the types of its arguments."""
    return f"{called(name)}({', '.join(arguments)})"


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """Something that roles do something with: what kind of object, and its name for people."""

    kind: str
    name: str

    def __str__(self) -> str:
        """Return both."""
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Ask:
    """A relation that a view or a policy reads, and the columns that it names; none: it reads no column."""

    relation: Name
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of row level security.

    Attributes:
        name: Its name.
        commands: The verbs that it decides over.
        permissive: Whether it admits rows; else it only holds back.
        roles: Those that it applies to, by membership too.
        using: Which rows are seen.
        check: Which rows may be written.
        asks: The other relations that it reads.
        calls: The functions that it calls, by signature.

    """

    name: str
    commands: frozenset[str]
    permissive: bool
    roles: frozenset[str]
    using: str | None = None
    check: str | None = None
    asks: tuple[Ask, ...] = ()
    calls: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, a view or what else has rows.

    Attributes:
        name: Schema and name.
        kind: In words: `table`, `view`, `materialized view`, `foreign table`.
        owner: The role that owns it.
        columns: Their names.
        held: Privileges on the whole of it.
        columns_held: By verb, and by role, the columns that single privileges are on.
        owned_by: The roles with the rights of its owner.
        row_security: Whether its policies count.
        forced: Whether they count for its owner.
        policies: Its policies.
        as_invoker: Of a view: whether it reads as whoever reads it.
        query: Of a view that reads with its owner's rights: a digest of its query.
        passes: Of a view: the verbs that it hands on to the relation that it reads.
        takes: Of a view: the verbs that a trigger of it takes.
        asks: Of a view: the relations that it reads.
        calls: Of a view: the functions that it calls.
        draws: The sequences that its columns' defaults draw from.
        fires: By verb, the functions of its triggers, by signature.

    """

    name: Name
    kind: str
    owner: str
    columns: tuple[str, ...] = ()
    held: Held = field(default_factory=dict)
    columns_held: Mapping[str, Held] = field(default_factory=dict)
    owned_by: frozenset[str] = frozenset()
    row_security: bool = False
    forced: bool = False
    policies: tuple[Policy, ...] = ()
    as_invoker: bool = False
    query: str = ""
    passes: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    asks: tuple[Ask, ...] = ()
    calls: frozenset[str] = frozenset()
    draws: frozenset[str] = frozenset()
    fires: Held = field(default_factory=dict)

    @property
    def thing(self) -> Thing:
        """What roles do something with."""
        return Thing(self.kind, called(self.name))


@dataclass(frozen=True, slots=True)
class Routine:
    """A function or procedure.

    Attributes:
        signature: Schema, name and the types of its arguments.
        schema: Its schema.
        name: Its name alone.
        owner: The role that owns it.
        kind: In words: `function`, `procedure`, `trigger function`.
        callers: The roles that may execute it.
        owned_by: The roles with the rights of its owner.
        is_definer: Whether it runs with its owner's rights.
        digest: Of all that decides what it does.
        words: The words of its body.
        asks: The relations that its body reads, where the server keeps that.
        extension: The extension that brought it; None: none did.

    """

    signature: str
    schema: str
    name: str
    owner: str
    kind: str = "function"
    callers: frozenset[str] = frozenset()
    owned_by: frozenset[str] = frozenset()
    is_definer: bool = False
    digest: str = ""
    words: frozenset[str] = frozenset()
    asks: tuple[Ask, ...] = ()
    extension: str | None = None

    @property
    def thing(self) -> Thing:
        """What roles do something with."""
        return Thing(self.kind, self.signature)


@dataclass(frozen=True, slots=True)
class Reading:
    """What decides over access in one database.

    Attributes:
        subjects: The roles that are told of, `public` for PUBLIC among them.
        unbound: Superusers, and roles that no policy holds back.
        relations: By name.
        routines: By signature.
        others: Schemas, sequences, buckets, the database itself, roles, and what will be made by default privileges:
            what roles may do with them.
        inside: By name of a sequence, the schema that it is in.

    """

    subjects: tuple[str, ...] = ()
    unbound: frozenset[str] = frozenset()
    relations: Mapping[Name, Relation] = field(default_factory=dict)
    routines: Mapping[str, Routine] = field(default_factory=dict)
    others: Mapping[Thing, Held] = field(default_factory=dict)
    inside: Mapping[str, str] = field(default_factory=dict)

    def enters(self, role: str, schema: str) -> bool:
        """Return whether a role may look names up in a schema."""
        return "usage" in self.others.get(Thing("schema", schema), {}).get(role, frozenset())

"""What a kind may know of the rest when it writes statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from supaschema.archive.parts import Part
from supaschema.core.answer import Answer
from supaschema.core.model import Desired, Edges, Fact, Facts, HazardNote, ObjectId, Statement, Steps
from supaschema.ledger.state import LabelRename
from supaschema.supabase.roles import API_ROLES


@dataclass(frozen=True, slots=True)
class Held:
    """Where values of a type are.

    Attributes:
        columns: Schema, relation and name of each column of it, or of a domain over it, that holds values.
        strange: Those of them whose tables belong to roles that are not trusted: nobody reads them beforehand.
        within: Columns of arrays, rows and ranges of it, in the server's words: it checks no values there.

    """

    columns: tuple[tuple[str, ...], ...] = ()
    strange: frozenset[tuple[str, ...]] = frozenset()
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What a kind may know of the rest when it writes statements.

    Attributes:
        major: The server's major version.
        api_roles: PUBLIC and the roles of Supabase's API that the server has: what is made is closed to them.
        user: The role that deploys, whose everything is that it makes.
        in_utc: Whether the session's time zone is UTC.
        live: What the catalog holds.
        edges: By live object, those that stand on it; of objects that change and of what stands on these.
        wanted: Objects that are to be there once the plan is done.
        fresh: Objects that the same plan creates: nobody can be reading them yet.
        aside: Objects that are dropped and recreated, eased or changed along for a change beneath them, each with what
            changes.
        dropped: Objects that the same plan drops by a statement of their own.
        children: Facts that the plan makes in the statement that makes their parent, such as a new table's columns, or
            the first of their group.
        clauses: The same facts as the clauses of that statement.
        archived: Objects of which values or rows were archived by an earlier drop.
        returning: Desired objects that exist again while some of their values are still archived.
        labels: Enum types of which labels were renamed, each with the renames, the latest last.
        occupied: Tables that hold rows, of those that are dropped or may be rewritten.
        checked: Types of what is new that are domains which check their values.
        held: Of types whose every value the plan has the server check: where values of them are, by schema and name.
        unwritten: Objects whose alteration leaves the rows as they are, although its words do not tell.
        parts: What hangs on the tables that are dropped.
        failing: Objects by which roles lose access, each with what of others fails for them.
        over_rows: Grants and functions, each with what row level security makes of its change.
        admitting: Functions that change, each with the policies that may admit other rows with it.
        unmoved: Policies that change, each with the roles for which that changes nothing, and why.
        in_use: Objects that go for good and hold something, each with what its drop takes out of use.
        restores: What brings tables back from the archive, by table.
        below: By relation that changes or is referred to, `schema.name`, those that inherit from it, nearest first.
        partitioned: Those of these relations, and of what inherits from them, that are partitioned.
        given_by_default: Roles to which default privileges give something of what this role makes: by schema, empty
            for all, and type of object as pg_default_acl has it.
        becoming: What the plan makes, changes or drops, as it is to be.
        answers: What the server answered to the queries that objects to be bring along.
        by_relation: The live objects by schema and name of their relation; None: they are looked for.

    """

    major: int
    api_roles: tuple[str, ...] = API_ROLES
    in_utc: bool = True
    live: Facts = field(default_factory=dict)
    edges: Edges = field(default_factory=dict)
    wanted: frozenset[ObjectId] = frozenset()
    fresh: frozenset[ObjectId] = frozenset()
    aside: Mapping[ObjectId, ObjectId] = field(default_factory=dict)
    dropped: frozenset[ObjectId] = frozenset()
    children: Mapping[ObjectId, tuple[Fact, ...]] = field(default_factory=dict)
    clauses: Mapping[ObjectId, tuple[Statement, ...]] = field(default_factory=dict)
    archived: frozenset[ObjectId] = frozenset()
    returning: frozenset[ObjectId] = frozenset()
    labels: Mapping[ObjectId, tuple[LabelRename, ...]] = field(default_factory=dict)
    occupied: frozenset[ObjectId] = frozenset()
    checked: frozenset[str] = frozenset()
    held: Mapping[tuple[str, ...], Held] = field(default_factory=dict)
    unwritten: frozenset[ObjectId] = frozenset()
    parts: Mapping[ObjectId, tuple[Part, ...]] = field(default_factory=dict)
    failing: Mapping[ObjectId, HazardNote] = field(default_factory=dict)
    over_rows: Mapping[ObjectId, HazardNote] = field(default_factory=dict)
    admitting: Mapping[ObjectId, HazardNote] = field(default_factory=dict)
    unmoved: Mapping[ObjectId, Mapping[str, str]] = field(default_factory=dict)
    in_use: Mapping[ObjectId, HazardNote] = field(default_factory=dict)
    restores: Mapping[ObjectId, Steps] = field(default_factory=dict)
    below: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    partitioned: frozenset[str] = frozenset()
    given_by_default: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    user: str | None = None
    becoming: Desired = field(default_factory=dict)
    answers: Mapping[ObjectId, Answer] = field(default_factory=dict)
    by_relation: Mapping[tuple[str, ...], tuple[ObjectId, ...]] | None = None

    def present(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Return roles, each once, without those of the API that the server does not have."""
        absent = set(API_ROLES).difference(self.api_roles)
        return tuple(name for name in dict.fromkeys(roles) if name not in absent)

    def live_of(self, relation: tuple[str, ...]) -> tuple[ObjectId, ...]:
        """Return the live objects whose names begin with a relation's schema and name."""
        if self.by_relation is None:
            return tuple(id for id in self.live if id.name[:2] == relation)
        return self.by_relation.get(relation, ())

"""What a kind of object is: its catalog query and its statements. One subclass per kind, in `kinds/`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import ClassVar, Generic, LiteralString, TypeVar

import msgspec
from psycopg import sql

from supaschema.archive.in_use import InUse
from supaschema.core.model import Definition, Facts, Inheritable, ObjectId, Phase, Statement, Steps
from supaschema.core.sqltext import Name
from supaschema.kinds.constants import Constants
from supaschema.kinds.context import Context
from supaschema.kinds.family import DelegatedQuery, Family
from supaschema.kinds.sql_fields import Spellings, SqlField, SqlFieldKind

__all__ = ["Context", "DelegatedQuery", "Family", "Kind", "Spellings", "SqlField", "SqlFieldKind"]

D = TypeVar("D", bound=Definition)


class Kind(ABC, Generic[D]):
    """A kind of catalog object.

    A subclass fills in the class attributes and writes statements. It sends none.

    Attributes:
        name: The kind's name in an ObjectId.
        definition: The class of its definitions.
        family: What its objects belong to.
        parts: How many parts the name of an object has at least, where these are more than its family's names have.
        query: The catalog query, of rows `(name text[], definition jsonb)`, its keys being the definition's fields.
            `{scope}` stands in its WHERE for what limits it; any other brace is doubled. Names are qualified.
        requires: A relation that must exist for the query to make sense, `schema.name`, or None.
        delegated: How else its objects are read where row level security hides the relation's rows, or None.
        own_rows: Whether the connecting role's own rows are all that counts.
        phase: What its statements are for, unless they say otherwise.
        needs_values: Whether its objects hold or act on values of rows: they come after those out of the archive.
        holds_rows: Whether its objects hold rows, which a drop moves to the archive.
        rebuilt_by_server: Whether the server itself rebuilds its objects where what they stand on is altered.
        holds_objects: Whether the names of relations and routines begin with the name of one of its objects.
        declarable: Whether a declaration can say its objects; else they are only kept through changes beneath them.
        decides_over_rows: Whether its objects decide which rows of their relation a role is shown.
        has_values_beneath: Whether its values are ones of the type that it names, as a domain's are.
        has_constants: Whether texts name values of it as constants, which the server knows by the type.
        acts_everywhere: Whether its objects act on what is managed without standing on it.
        of_server: Whether its objects are the server's, of all its databases: only what is declared counts as live.
        reaches_out: Whether data can leave the database by its objects, or come in.
        addressed: Whether three more columns of the query give the object's address in the server's catalog.

    """

    name: ClassVar[str]
    definition: type[D]
    family: ClassVar[Family]
    parts: ClassVar[int] = 0
    query: ClassVar[LiteralString]
    requires: ClassVar[str | None] = None
    delegated: ClassVar[DelegatedQuery | None] = None
    own_rows: ClassVar[bool] = False
    phase: ClassVar[Phase] = Phase.STRUCTURE
    rebuilt_by_server: ClassVar[bool] = False
    holds_rows: ClassVar[bool] = False
    holds_objects: ClassVar[bool] = False
    needs_values: ClassVar[bool] = False
    has_values_beneath: ClassVar[bool] = False
    has_constants: ClassVar[bool] = False
    acts_everywhere: ClassVar[bool] = False
    of_server: ClassVar[bool] = False
    reaches_out: ClassVar[bool] = False
    addressed: ClassVar[bool] = False
    declarable: ClassVar[bool] = True
    decides_over_rows: ClassVar[bool] = False

    @abstractmethod
    def create(self, id: ObjectId, new: D, context: Context) -> Steps:
        """Return the statements that make the object."""

    def alter(self, id: ObjectId, old: D, new: D, context: Context) -> Steps | None:
        """Return the statements that turn `old` into `new`; None: drop and recreate it."""
        return None

    def clause(self, id: ObjectId, new: D, context: Context) -> Statement | None:
        """Return the clause that makes the object within its new parent's statement; None: it needs one of its own."""
        return None

    def after_clause(self, id: ObjectId, new: D, context: Context) -> Steps:
        """Return what the clause cannot say and must follow the parent's statement."""
        return Steps()

    def finish(self, context: Context) -> Steps:
        """Return what follows once all of the plan's objects of this kind are made, and access to them is settled."""
        return Steps()

    @abstractmethod
    def drop(self, id: ObjectId, old: D, context: Context) -> Steps:
        """Return the statements that remove the object."""

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """Return the objects that this one is dropped with, nearest first: it then needs no statement of its own."""
        return ()

    def called_after(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """Return the objects whose name this one's begins with, and changes with, although it is not dropped along."""
        return ()

    def implied(self, id: ObjectId) -> D | None:
        """Return what an object is where the catalog holds nothing of it; None: it does not exist then."""
        return None

    def goes_with(self, definition: D) -> tuple[ObjectId, ...]:
        """Return the objects with which the server drops this one although its name does not say so."""
        return ()

    def spoken_for_with(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """Return the objects of which one is declared wherever objects of this kind are spoken for as a whole."""
        return ()

    def has_place_for(self, definition: D, child: ObjectId) -> bool:
        """Return whether what went with an object of this kind can come back with one that is defined so."""
        return True

    def references(self, id: ObjectId, definition: D) -> tuple[ObjectId, ...]:
        """Return the objects that must stand, with all that belongs to them, while this one is as it is defined."""
        return ()

    def brings_into(self, definition: D) -> str | None:
        """Return the schema into which the object brings others that no declaration names; None: it brings none."""
        return None

    def brings(self, id: ObjectId, definition: D) -> tuple[ObjectId, ...]:
        """Return what the server makes with the object: what refers to one of these refers to the object."""
        return ()

    def is_inherited(self, definition: Definition) -> bool:
        """Return whether the object is another table's: it comes, changes and goes with that one's."""
        return isinstance(definition, Inheritable) and definition.inherited

    def lets_go(self, old: D, new: D | None) -> bool:
        """Return whether what is attached to an object that is dropped, or becomes `new`, goes with what it was."""
        return new is None

    def is_partitioned(self, definition: D) -> bool:
        """Return whether the object holds its rows in others, its partitions."""
        return False

    def share(self, definition: D) -> tuple[Name, str] | None:
        """Return the table of which the object is a partition, and which of its rows that takes; None: it is none."""
        return None

    def inherits_from(self, definition: D) -> tuple[Name, ...]:
        """Return the tables that the object inherits from, without being a partition."""
        return ()

    def descends(self, definition: D, *, partitioned: bool) -> bool:
        """Return whether the statements for an object reach what inherits from its table, and lock that too."""
        return False

    def evicts(self, id: ObjectId, old: D, new: D) -> bool:
        """Return whether the server alters the object only while nothing stands on it."""
        return False

    def stood_on_with(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """Return other objects: what stands on one of these feels it likewise where this object `evicts`."""
        return ()

    def disturbs(self, id: ObjectId, old: D, new: D) -> bool:
        """Return whether altering the object has the server rebuild what stands on it, in other tables too."""
        return False

    def may_rewrite(self, old: D | None, new: D) -> bool:
        """Return whether making or altering the object, or what follows, may rewrite the table it belongs to."""
        return False

    def rewriting(self, id: ObjectId, old: D, new: D, *, in_utc: bool) -> sql.Composable | None:
        """Return the statement that may rewrite the table, which only the server can tell; None: that is known."""
        return None

    def retyping(self, id: ObjectId, old: D, new: D) -> sql.Composable | None:
        """Return the statement that gives it another type; None: it keeps the one that it has, or has none."""
        return None

    def reads(self, id: ObjectId, old: D | None, new: D, live: Facts) -> tuple[ObjectId, ...]:
        """Return the other tables whose rows the server reads, and nobody else meanwhile, for the object's change."""
        return ()

    def checks(self, id: ObjectId, old: D | None, new: D) -> Name | None:
        """Return schema and name of the type whose values must fit the object from now on; None: of none, or all do."""
        return None

    def gives_otherwise(self, old: D, new: D) -> bool:
        """Return whether what is computed by the object may be another value once it is altered."""
        return False

    def holds_results(self, definition: D) -> str | None:
        """Return what becomes of the rows that exist where something computed for them is another value by now."""
        return None

    def recreatable(self, definition: D) -> bool:
        """Return whether the object can be dropped and recreated from its definition without loss."""
        return True

    def carries(self, id: ObjectId, above: ObjectId, definition: Definition) -> bool:
        """Return whether something that stands on the object stays, and is changed along, where that is recreated."""
        return False

    def eased(self, definition: D, beneath: ObjectId) -> D | None:
        """Return what the object is altered to so that it no longer stands on another; None: it has to be recreated."""
        return None

    def succeeds(self, id: ObjectId, new: Definition, former: ObjectId, old: D) -> bool:
        """Return whether what stood on a former object of this kind, which is dropped, can stand on another one."""
        return False

    def vacates(self, old: D, new: D) -> Name | None:
        """Return the relation that gives its name away where `old` becomes `new`, by schema and name; None: none."""
        return None

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Return the statements that give an object another name; none: the kind has no renames."""
        return ()

    def rename_descends(self, definition: D, *, partitioned: bool) -> bool:
        """Return whether the rename of an object reaches what inherits from its table, and locks that too."""
        return self.descends(definition, partitioned=partitioned)

    def rename_along(self, old: ObjectId, new: ObjectId, definition: D, context: Context) -> tuple[Statement, ...]:
        """Return what gives an object the usual name again, which held that of what it belongs to before its rename."""
        return ()

    def gives_column(self, definition: D, name: str) -> bool:
        """Return whether it is a query that gives a column of this name."""
        return False

    def renamed(self, definition: D, old: ObjectId, new: ObjectId) -> D:
        """Return the definition of an object after its rename, where a text of it holds its name."""
        return definition

    def retyped(self, id: ObjectId, definition: D, types: Mapping[str, str]) -> D:
        """Return the definition of an object whose table's columns have other types, by column."""
        return definition

    def taken(self, id: ObjectId, definition: D) -> sql.Composable | None:
        """Return the query for what has a name already that a rename is to give: its rows say what; None: nothing can.

        What is of this kind itself is told without it.
        """
        return None

    def relation(self, id: ObjectId, definition: D) -> Name | None:
        """Return schema and name of the relation that the object is, or that serves it; None: there is none."""
        return id.name if self.family is Family.RELATION and len(id.name) == 2 and not self.parents(id) else None

    def like(self, old: D, new: D) -> bool:
        """Return whether one object that goes and one that is made may be meant to be the same, under another name."""
        return False

    def in_use(self, id: ObjectId, old: D) -> InUse | None:
        """Return the rows that go out of use with the object; None: it holds none."""
        return None

    def takes_from(self, id: ObjectId) -> Name | None:
        """Return schema and name of the type of whose values the object is a part, lost with it; None: it is none."""
        return None

    def taken_from(self, id: ObjectId, column: Name) -> InUse | None:
        """Return what a column of that type, by schema, relation and name, loses with the object."""
        return None

    def drop_group(self, id: ObjectId) -> tuple[str, ...]:
        """Return what the objects that are dropped by one statement have in common."""
        return id.name

    def create_group(self, id: ObjectId, definition: D, context: Context) -> tuple[str, ...] | None:
        """Return what objects share of which the first makes the others, its children; None: each is made by itself."""
        return None

    def needs(self, id: ObjectId, definition: D) -> tuple[tuple[str, ...], ...]:
        """Return schema and name of each relation that must be there before the object can be made."""
        return (id.name[:2],) if self.family is Family.RELATION and self.parents(id) else ()

    def follows(self, definition: D) -> tuple[Name, ...]:
        """Return the relations that are made first where another resource of the run makes them."""
        return ()

    def needs_key(self, definition: D) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Return schema and name of a relation, and the columns of which it must have a key; None: there is none."""
        return None

    def unfit(self, definition: D, relkind: str) -> str | None:
        """Return what a relation of a kind (pg_class.relkind) cannot have of it, in words; None: it can have it."""
        return None

    def unfit_among_tables(self, definition: D) -> str | None:
        """Return what a table cannot have of it that has partitions, is one, or inherits, in words; None: it can."""
        return None

    def roles(self, id: ObjectId, definition: D, api_roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return the roles that must be there before the object can be made, as far as its statements alone tell."""
        return ()

    def readers(self, definition: D) -> frozenset[str]:
        """Return the roles that the object lets read what it belongs to."""
        return frozenset()

    def read_by(self, id: ObjectId, definition: D, facts: Facts) -> frozenset[str]:
        """Return the roles with whose rights the object reads what it stands on; none: it reads with other rights."""
        return frozenset()

    def stands_on(self, id: ObjectId, definition: D) -> tuple[tuple[str, ...], ...]:
        """Return what it is, belongs to or calls, each a `schema`, `relation`, `routine` and the like, and its name.

        Whoever owns one of them decides over the object.
        """
        if self.family is not Family.DATABASE:
            return (("schema", id.name[0]), (self.family.value, *id.name[:2]))
        if self.requires is None:
            return ()
        schema, _, name = self.requires.partition(".")
        return (("schema", schema), ("relation", schema, name))

    def dry_run(self, id: ObjectId, definition: D) -> tuple[sql.Composable, ...]:
        """Return what does the same to something temporary, for a preview to try and take back; none: nothing."""
        return ()

    def referring(self, definition: D, relation: str) -> D:
        """Return the definition of one that refers to another relation, `schema.name`."""
        return definition

    def told(self, definition: D) -> D:
        """Return the definition as it may leave the server: without the texts that people write keys into."""
        return definition

    def sql_fields(self, id: ObjectId, definition: D) -> Mapping[str, SqlField]:
        """Return the texts that the server may write in another way, by a name of the field's place."""
        return {}

    def constants(self, old: D, new: D) -> Constants:
        """Return what becomes of the constants that texts name, where the kind `has_constants`."""
        return Constants()

    def unread(self, definition: D) -> Collection[str]:
        """Return the names of the fields whose texts the server does not read as SQL when the object is made."""
        return ()

    def structure(self, definition: D) -> Definition:
        """Return the definition without the texts of its SQL fields, and without hints that no live object has."""
        return definition

    def same_structure(self, wanted: D, live: D) -> bool:
        """Return whether two definitions differ at most in the texts of their SQL fields."""
        return self.structure(wanted) == self.structure(live)

    def comparable(self, definition: D) -> D:
        """Return the definition without what a dump that is read again, elsewhere, may have in another way."""
        return definition

    def beyond(self, recorded: D, live: D) -> tuple[D, Mapping[str, D]]:
        """Return the live definition without what it gives roles that the recorded one lacks; and that, by role."""
        return live, {}

    def restoring(self, recorded: D, live: D | None) -> D:
        """Return what to plan so that an object is as it was recorded, and what others have of the live one stays."""
        return recorded

    def is_usual(self, definition: D) -> bool:
        """Return whether the definition is that of a new object of which nobody said anything, and is not empty."""
        return False

    def cleared(self, live: D) -> D | None:
        """Return what to plan so that of a live object that nobody recorded nothing is left; None: it is dropped."""
        return None

    def is_untold(self, definition: D) -> bool:
        """Return whether the server does not show all of an object to the role that has read it."""
        return False

    def optional(self, definition: D) -> bool:
        """Return whether a database that lacks what the kind `requires` may do without the object."""
        return False

    def normalized(self, wanted: D, live: D, spelled: Mapping[str, Spellings]) -> D:
        """Return `wanted` with the live texts where the server sees no difference, so that statements touch no others.

        Args:
            wanted: The declared definition.
            live: The live one.
            spelled: By SQL field, of those whose texts differ: how the server spells the declared and the live text.

        """
        alike = {name: getattr(live, name) for name, (left, right) in spelled.items() if left and left == right}
        return msgspec.structs.replace(wanted, **alike)

    def resolve(self, id: ObjectId, declared: D, live: D | None, context: Context) -> D:
        """Return the declared definition with what only the live object or the server's version can tell."""
        return declared

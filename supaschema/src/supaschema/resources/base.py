"""What a resource is: how a declaration becomes facts, and how facts become a declaration again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Definition, Fact, Facts, Inheritable, ObjectId
from supaschema.core.renames import Rename
from supaschema.database.connect import Database
from supaschema.declarations import Declaration
from supaschema.resources.enum_values import with_values

A = TypeVar("A", bound=Declaration)
Elsewhere = Callable[[frozenset[tuple[str, ...]]], Facts]
"""Gives the facts of relations and routines, by schema and name."""


class Resource(ABC, Generic[A]):
    """A Pulumi resource type: a small set of kinds behind one declaration. One subclass per file of `resources/`.

    Attributes:
        declaration: The class of its declarations; its name is the resource's name in the Pulumi package.
        options: Inputs that state no fact: a change of them runs no statement, and is kept for later.
        principal: The kind whose every fact becomes one declaration where a whole schema is imported; empty: none.

    """

    declaration: type[A]
    options: tuple[str, ...] = ()
    principal: str = ""

    @property
    def token(self) -> str:
        """The Pulumi token, `supaschema:index:<name>`."""
        return f"supaschema:index:{self.declaration.__name__}"

    def parsed(self, inputs: Mapping[str, Any]) -> A:
        """Return the declaration that inputs state.

        Raises:
            msgspec.ValidationError: They state none.

        """
        try:
            return msgspec.convert(inputs, self.declaration)
        except msgspec.ValidationError as error:
            raise with_values(error, self.declaration) from None

    def parts(self, declared: A) -> Iterable[tuple[Resource[Any], Declaration]]:
        """Return the declarations that this one consists of, each with its resource: mostly itself alone."""
        return ((self, declared),)

    def option_inputs(self, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what of the inputs runs no statement, and is kept for later."""
        return {key: inputs[key] for key in self.options if key in inputs}

    def hands_over(self, declared: A, id: ObjectId) -> bool:
        """Return whether an object that it does not declare any more is left for another resource to take over."""
        return False

    @abstractmethod
    def identify(self, declared: A) -> str:
        """Return the Pulumi id, which `pulumi import` takes too: `public.jobs`. Another id is another object."""

    @abstractmethod
    def imported(self, id: str, live: Facts) -> A | None:
        """Return the declaration of a live object by its Pulumi id, for `pulumi import`; None: there is none."""

    def problems(self, declared: A) -> Iterable[DeclarationError]:
        """Return what is wrong with the declaration, as far as it can be told without a database."""
        return ()

    @abstractmethod
    def facts(self, declared: A) -> tuple[Fact, ...]:
        """Return the facts that the declaration states, in the order in which they would be written."""

    def anchors(self, declared: A) -> frozenset[tuple[str, ...]]:
        """Return schema and name of every relation and routine whose facts this resource may touch."""
        return frozenset(fact.id.name[:2] for fact in self.facts(declared))

    def beside(self, declared: A, everything: Callable[[], Facts]) -> frozenset[tuple[str, ...]]:
        """Return the anchors of what else the declaration speaks for as a whole, where that is not of its own anchors.

        Args:
            declared: The declaration.
            everything: Gives all live facts.

        """
        return frozenset()

    def exclusive_objects(self, declared: A, live: Facts) -> Iterable[ObjectId]:
        """Return live objects that the declaration speaks for as a whole: undeclared, they are to go."""
        return ()

    def merged(self, declared: A, live: Facts, elsewhere: Elsewhere) -> frozenset[ObjectId]:
        """Return live objects that become another table's by what is declared, and stay as they are.

        Args:
            declared: The declaration.
            live: The facts of its anchors.
            elsewhere: Gives the facts of others.

        """
        return frozenset()

    def renames(self, declared: A) -> tuple[Rename, ...]:
        """Return the renames that the declaration speaks of, those of what others belong to first."""
        return ()

    def former(self, declared: A) -> tuple[str, ...]:
        """Return the ids that it had under former names."""
        return ()

    def destroys_ahead(self, declared: A) -> bool:
        """Return whether `before_removal` may destroy what the plan then does not find any more."""
        return False

    def before_removal(self, declared: A, database: Database) -> None:
        """Do what the platform's own interface must do before the objects go from the database.

        Called only where nothing was there before this resource. Raise a `SupaschemaError` to keep them.
        """

    @abstractmethod
    def lift(self, facts: Facts, declared: A) -> Mapping[str, Any]:
        """Return the inputs that state these facts, in the structure of `declared`.

        Called twice with the same `declared`, for the facts as recorded and as they are live: where the two answers
        differ, the live one is what `pulumi refresh` shows, else the declared text.
        """


def own_facts(facts: Facts, declared: Collection[ObjectId] = ()) -> Facts:
    """Return facts without those that are another table's, as a partition's columns are; what is declared stays."""
    return {
        id: definition
        for id, definition in facts.items()
        if id in declared or not (isinstance(definition, Inheritable) and definition.inherited)
    }


def members(facts: Facts, kind: str, prefix: tuple[str, ...]) -> dict[tuple[str, ...], Definition]:
    """Return the facts of one kind whose names begin with `prefix`, by name, in the order of `facts`."""
    size = len(prefix)
    return {id.name: definition for id, definition in facts.items() if id.kind == kind and id.name[:size] == prefix}

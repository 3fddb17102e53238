"""What the declarations of routines have in common: their names, arguments, and who may call them."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from supaschema.core.model import Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.core.type_names import argument_type, is_given, split_list
from supaschema.declarations import Aggregate, Argument, Function, Procedure
from supaschema.kinds import function_definition
from supaschema.kinds.grants import Grants
from supaschema.resources import renamed
from supaschema.resources.base import Resource
from supaschema.supabase.roles import API_ROLES

Name = tuple[str, str, str]
"""Schema, name, and the types of what the caller gives."""

D = TypeVar("D", Function, Procedure, Aggregate)

_ID = re.compile(r"^(?P<schema>[^.]+)\.(?P<name>.+?)\((?P<arguments>.*)\)$", re.DOTALL)


class RoutineResource(Resource[D]):
    """A resource of routines: those of one name are told apart by the types of what they are given."""

    def name(self, declared: D) -> Name:
        """Return what tells a declaration's routine from others."""
        return name_of(declared.schema, declared.name, declared.arguments)

    @abstractmethod
    def declared_from(self, facts: Facts, name: Name, known: D | None = None) -> D | None:
        """Return the declaration of a live routine, written as a known one where that says the same; None: none."""

    def identify(self, declared: D) -> str:
        """Return `schema.name(argument types)`."""
        return id_of(self.name(declared))

    def imported(self, id: str, live: Facts) -> D | None:
        """Return the live routine's declaration."""
        name = found(self.principal, id, live)
        return None if name is None else self.declared_from(live, name)

    def renames(self, declared: D) -> tuple[Rename, ...]:
        """Return those of the routine."""
        return tuple(renamed.of_routine(self.principal, self.name(declared), declared.renamed_from))

    def former(self, declared: D) -> tuple[str, ...]:
        """Return the ids of its former names."""
        return tuple(id_of(renamed.routine(self.name(declared), text)) for text in declared.renamed_from)

    def lift(self, facts: Facts, declared: D) -> Mapping[str, Any]:
        """Return the routine as the facts have it."""
        one = self.declared_from(facts, self.name(declared), declared)
        return {} if one is None else one.to_inputs()


def name_of(schema: str, name: str, arguments: Iterable[Argument]) -> Name:
    """Return what tells a routine from others of its name besides that."""
    return schema, name, ", ".join(argument_type(item.type) for item in arguments if is_given(item.type))


def id_of(name: Name) -> str:
    """Return `schema.name(argument types)`: routines of one name differ by them."""
    return f"{name[0]}.{name[1]}({name[2]})"


def found(kind: str, id: str, live: Facts) -> Name | None:
    """Return the name of the routine that an id is of, as it is live, or else as the id says; None: it is no id."""
    for it in live:
        if it.kind == kind and id_of((it.name[0], it.name[1], it.name[2])) == id:
            return it.name[0], it.name[1], it.name[2]
    match = _ID.match(id)
    if match is None:
        return None
    types = ", ".join(argument_type(item) for item in split_list(match["arguments"]))
    return match["schema"], match["name"], types


def arguments_of(declared: Iterable[Argument]) -> tuple[function_definition.Argument, ...]:
    """Return declared arguments as a definition has them."""
    return tuple(
        function_definition.Argument(name=item.name, type=item.type, default=item.default) for item in declared
    )


def declared_arguments(live: Iterable[function_definition.Argument]) -> tuple[Argument, ...]:
    """Return a definition's arguments as they are declared."""
    return tuple(Argument(name=item.name, type=item.type, default=item.default) for item in live)


def execute_from(facts: Facts, grants: ObjectId, order: tuple[str, ...]) -> tuple[str, ...]:
    """Return who may call: those that the declaration names, in its order, then others of the API's.

    Args:
        facts: What is live.
        grants: Where the grants are.
        order: The roles that the declaration names.

    """
    item = facts.get(grants)
    if not isinstance(item, Grants):
        return ()
    held = {entry.grantee for entry in item.entries if entry.privileges}
    strangers = sorted(held.intersection(API_ROLES).difference(order))
    return (*(role for role in order if role in held), *strangers)

"""DefaultPrivileges: what roles are given of objects that somebody makes later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.declarations import DefaultPrivileges, Grant, NewObjects, Privilege
from supaschema.kinds.default_grants import OF_PUBLIC
from supaschema.kinds.grants import Grants, declared_grants, grants_from
from supaschema.lint.access import (
    SCHEMA_PRIVILEGES,
    SEQUENCE_PRIVILEGES,
    TABLE_PRIVILEGES,
    TYPE_PRIVILEGES,
    grant_problems,
)
from supaschema.lint.identifiers import name_problems
from supaschema.resources.base import Resource
from supaschema.supabase.platform import EXPOSED_SCHEMA, PLATFORM_SCHEMAS
from supaschema.supabase.roles import END_USERS, PUBLIC

_ADMITTED = {
    NewObjects.TABLES: TABLE_PRIVILEGES,
    NewObjects.SEQUENCES: SEQUENCE_PRIVILEGES,
    NewObjects.FUNCTIONS: ("EXECUTE", "ALL"),
    NewObjects.TYPES: TYPE_PRIVILEGES,
    NewObjects.SCHEMAS: SCHEMA_PRIVILEGES,
    NewObjects.LARGE_OBJECTS: ("SELECT", "UPDATE", "ALL"),
}
_OF_NO_SCHEMA = (NewObjects.SCHEMAS, NewObjects.LARGE_OBJECTS)


class DefaultPrivilegesResource(Resource[DefaultPrivileges]):
    """Default privileges."""

    declaration = DefaultPrivileges

    def identify(self, declared: DefaultPrivileges) -> str:
        """Return `role.schema.objects`, without a schema `role.objects`."""
        return ".".join(_id(declared).name)

    def imported(self, id: str, live: Facts) -> DefaultPrivileges | None:
        """Return the declaration of live default privileges; None: they are as the server has them by itself."""
        # Each part may have dots of its own: what is live tells where one ends.
        named = (it for it in live if it.kind == "default_grants" and ".".join(it.name) == id)
        return next((_from(it, live[it], ()) for it in named), None)

    def problems(self, declared: DefaultPrivileges) -> Iterable[DeclarationError]:
        """Return names that are too long, what no such object has, and what would open it to everybody."""
        yield from name_problems(declared.role, field="role")
        if declared.schema is not None:
            yield from name_problems(declared.schema, field="schema")
            if declared.schema in PLATFORM_SCHEMAS:
                what = f"what is made in {declared.schema} is the platform's."
                yield DeclarationError(what, field="schema", remedy="Name a schema of yours.")
            if declared.objects in _OF_NO_SCHEMA:
                what = f"{_words(declared)} are in no schema."
                yield DeclarationError(what, field="schema", remedy="Leave it out.")
        if declared.closed_to_public and (declared.schema is not None or declared.objects not in OF_PUBLIC):
            what = (
                "PUBLIC loses what the server gives it of functions or types wherever they are made, and else nothing."
            )
            yield DeclarationError(what, field="closedToPublic", remedy="Leave it out, or name no schema.")
        if any(grant.to == declared.role for grant in declared.grants):
            what = f"{declared.role} may do everything with what it makes."
            yield DeclarationError(what, field="grants", remedy="Leave out the grant to it.")
        yield from grant_problems(declared.grants, _ADMITTED[declared.objects])
        yield from _open_tables(declared)

    def facts(self, declared: DefaultPrivileges) -> tuple[Fact, ...]:
        """Return all that is given, the server's own too."""
        id = _id(declared)
        own = _of_public(id) if not declared.closed_to_public else ()
        given = declared_grants((*own, *declared.grants))
        return (Fact(id, msgspec.structs.replace(given, managed=(declared.role,))),)

    def anchors(self, declared: DefaultPrivileges) -> frozenset[tuple[str, ...]]:
        """Return them, and the schema."""
        schema = frozenset({(declared.schema,)} if declared.schema is not None else ())
        return super().anchors(declared) | schema

    def lift(self, facts: Facts, declared: DefaultPrivileges) -> Mapping[str, Any]:
        """Return the default privileges as the facts have them."""
        found = facts.get(_id(declared))
        return {} if found is None else _from(_id(declared), found, declared.grants).to_inputs()


def _id(declared: DefaultPrivileges) -> ObjectId:
    schema = () if declared.schema is None else (declared.schema,)
    return ObjectId("default_grants", (declared.role, *schema, declared.objects.value))


def _words(declared: DefaultPrivileges) -> str:
    return declared.objects.value.replace("_", " ")


def _of_public(id: ObjectId) -> tuple[Grant, ...]:
    own = OF_PUBLIC.get(id.name[-1])
    return (Grant(to=PUBLIC, privileges=(Privilege(own),)),) if own is not None and not id.name[1:-1] else ()


def _from(id: ObjectId, found: Any, order: tuple[Grant, ...]) -> DefaultPrivileges:
    assert isinstance(found, Grants)
    every = grants_from(found, {entry.grantee for entry in found.entries}, order)
    own = _of_public(id)
    return DefaultPrivileges(
        role=id.name[0],
        objects=NewObjects(id.name[-1]),
        schema=id.name[1] if id.name[1:-1] else None,
        grants=tuple(grant for grant in every if grant not in own or grant in order),
        closed_to_public=bool(own) and own[0] not in every,
    )


def _open_tables(declared: DefaultPrivileges) -> Iterable[DeclarationError]:
    exposed = sorted({grant.to for grant in declared.grants}.intersection(END_USERS))
    if declared.objects is NewObjects.TABLES and exposed and declared.schema in (None, EXPOSED_SCHEMA):
        what = (
            f"{', '.join(exposed)} would reach all rows of each table that somebody makes without row level security."
        )
        remedy = "Grant them what they need of each table, by its TableAccess."
        yield DeclarationError(what, field="grants", remedy=remedy, lint=Lint.NO_ROW_SECURITY)

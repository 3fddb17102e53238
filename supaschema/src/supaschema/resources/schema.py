"""Schema: a schema and who may look inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Schema
from supaschema.kinds import schema as schema_kind
from supaschema.kinds.grants import declared_grants, grants_from
from supaschema.lint.access import SCHEMA_PRIVILEGES, grant_problems
from supaschema.lint.identifiers import name_problems
from supaschema.resources.base import Resource
from supaschema.supabase.platform import PLATFORM_SCHEMAS
from supaschema.supabase.roles import API_ROLES


class SchemaResource(Resource[Schema]):
    """Schemas."""

    declaration = Schema
    principal = "schema"

    def identify(self, declared: Schema) -> str:
        """Return the schema's name."""
        return declared.name

    def imported(self, id: str, live: Facts) -> Schema | None:
        """Return the live schema's declaration, its grants as far as PUBLIC and the API roles are concerned."""
        return _schema(live, Schema(name=id))

    def problems(self, declared: Schema) -> Iterable[DeclarationError]:
        """Return names that are not ours to take, and privileges that a schema does not have."""
        yield from name_problems(declared.name, field="name")
        if declared.name.startswith("pg_") or declared.name in PLATFORM_SCHEMAS:
            what = f'the schema "{declared.name}" belongs to the platform.'
            yield DeclarationError(what, field="name", remedy="Choose another name; platform schemas are not managed.")
        yield from grant_problems(declared.grants, SCHEMA_PRIVILEGES)

    def facts(self, declared: Schema) -> tuple[Fact, ...]:
        """Return the schema and its grants."""
        name = (declared.name,)
        return (
            Fact(ObjectId("schema", name), schema_kind.Schema(comment=declared.comment)),
            Fact(ObjectId("schema_grants", name), declared_grants(declared.grants)),
        )

    def renames(self, declared: Schema) -> tuple[Rename, ...]:
        """Return those of the schema."""
        new = ObjectId("schema", (declared.name,))
        return tuple(Rename(ObjectId("schema", (old,)), new) for old in declared.renamed_from)

    def former(self, declared: Schema) -> tuple[str, ...]:
        """Return its former names."""
        return declared.renamed_from

    def lift(self, facts: Facts, declared: Schema) -> Mapping[str, Any]:
        """Return the schema as the facts have it."""
        found = _schema(facts, declared)
        return {} if found is None else found.to_inputs()


def _schema(facts: Facts, declared: Schema) -> Schema | None:
    name = (declared.name,)
    found = facts.get(ObjectId("schema", name))
    if not isinstance(found, schema_kind.Schema):
        return None
    managed = {*API_ROLES, *(grant.to for grant in declared.grants)}
    grants = grants_from(facts.get(ObjectId("schema_grants", name)), managed, declared.grants)
    return Schema(name=declared.name, grants=grants, comment=found.comment)

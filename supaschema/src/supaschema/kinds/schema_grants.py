"""Grants on schemas."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.model import ObjectId
from supaschema.core.sqltext import compose, ident
from supaschema.kinds.base import Family
from supaschema.kinds.grants import Grants, GrantsKind, entries_of


class SchemaGrantsKind(GrantsKind):
    """What roles may do with a schema: look inside (USAGE), make objects in it (CREATE)."""

    name = "schema_grants"
    family = Family.DATABASE
    default_type = "n"
    privileges = ("USAGE", "CREATE")
    query = (
        "select array[n.nspname]::text[], "
        + entries_of("coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))", "n.nspowner")
        + """
          from pg_catalog.pg_namespace n
         where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and {scope}
    """
    )

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with the schema."""
        return (ObjectId("schema", id.name),)

    def stands_on(self, id: ObjectId, definition: Grants) -> tuple[tuple[str, ...], ...]:
        """Return the schema."""
        return (("schema", id.name[0]),)

    def target(self, id: ObjectId) -> sql.Composable:
        """Return the schema."""
        return compose("schema {}", ident(*id.name))

    def label(self, id: ObjectId) -> str:
        """Return the schema."""
        return f"schema {id.name[0]}"

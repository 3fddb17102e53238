"""Grants on types."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.model import ObjectId
from supaschema.core.sqltext import compose, ident
from supaschema.kinds.base import Family
from supaschema.kinds.grants import GrantsKind, entries_of


class TypeGrantsKind(GrantsKind):
    """What roles may do with an enum type, named `(schema, type)`: make columns and functions of it (USAGE)."""

    name = "type_grants"
    family = Family.TYPE
    default_type = "T"
    privileges = ("USAGE",)
    query = (
        "select array[n.nspname, t.typname]::text[], "
        + entries_of("coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))", "t.typowner")
        + """
          from pg_catalog.pg_type t
          join pg_catalog.pg_namespace n on n.oid = t.typnamespace
         where t.typtype = 'e' and {scope}
    """
    )

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with the type."""
        return (ObjectId("enum_type", id.name),)

    def target(self, id: ObjectId) -> sql.Composable:
        """Return the type."""
        return compose("type {}", ident(*id.name))

    def label(self, id: ObjectId) -> str:
        """Return the type."""
        return f"type {'.'.join(id.name)}"

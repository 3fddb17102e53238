"""Grants on types."""

from __future__ import annotations

from msgspec.structs import replace
from psycopg import sql

from supaschema.core.model import ObjectId
from supaschema.core.sqltext import compose, ident
from supaschema.kinds.base import Family
from supaschema.kinds.grants import Entry, Grants, GrantsKind, entries_of
from supaschema.kinds.grants_definition import restoring
from supaschema.supabase.roles import PUBLIC

_USUAL = Grants(entries=(Entry(grantee=PUBLIC, privileges=("USAGE",)),))
"""What the server gives of a type that is made (PostgreSQL documentation, "Privileges")."""


class TypeGrantsKind(GrantsKind):
    """What roles may do with a type of the database's own, named `(schema, type)`: make columns of it (USAGE)."""

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
         where (t.typtype in ('e', 'd', 'r') or exists (
                 select from pg_catalog.pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
           and {scope}
    """
    )

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with the type."""
        return tuple(ObjectId(kind, id.name) for kind in ("enum_type", "domain", "composite_type", "range_type"))

    def is_usual(self, definition: Grants) -> bool:
        """Return whether everybody may use the type, and nobody was given more, as it is of a new one."""
        return self.structure(definition) == self.structure(replace(_USUAL, owner=definition.owner))

    def cleared(self, live: Grants) -> Grants:
        """Return what gives everybody the use of the type, and nobody more, as it is of a new one."""
        return restoring(_USUAL, live)

    def target(self, id: ObjectId) -> sql.Composable:
        """Return the type."""
        return compose("type {}", ident(*id.name))

    def label(self, id: ObjectId) -> str:
        """Return the type."""
        return f"type {'.'.join(id.name)}"

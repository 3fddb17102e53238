"""Grants on foreign servers."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.model import ObjectId
from supaschema.core.sqltext import compose, ident
from supaschema.database.extensions import OF_AN_EXTENSION
from supaschema.kinds.base import Family
from supaschema.kinds.grants import Grants, GrantsKind, entries_of


class ForeignServerGrantsKind(GrantsKind):
    """What roles may do with a foreign server: make foreign tables on it, and a mapping for themselves (USAGE)."""

    name = "foreign_server_grants"
    family = Family.DATABASE
    privileges = ("USAGE",)
    open_by_default = False
    acts_everywhere = True
    query = (
        "select array[s.srvname]::text[], "
        + entries_of("coalesce(s.srvacl, pg_catalog.acldefault('S', s.srvowner))", "s.srvowner")
        + """
          from pg_catalog.pg_foreign_server s
         where {scope} and not exists (
                 select from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_foreign_server'::regclass and d.objid = s.oid and """
        + OF_AN_EXTENSION
        + ")"
    )

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with the server."""
        return (ObjectId("foreign_server", id.name),)

    def stands_on(self, id: ObjectId, definition: Grants) -> tuple[tuple[str, ...], ...]:
        """Return the server."""
        return (("foreign server", id.name[0]),)

    def target(self, id: ObjectId) -> sql.Composable:
        """Return the server."""
        return compose("foreign server {}", ident(*id.name))

    def label(self, id: ObjectId) -> str:
        """Return the server."""
        return f"foreign server {id.name[0]}"

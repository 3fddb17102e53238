"""Grants on tables and views."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from psycopg import sql

from supaschema.core.model import Lock, LockMode, ObjectId
from supaschema.core.sqltext import block, compose, ident, literal, relation_name
from supaschema.kinds.base import Context, Family
from supaschema.kinds.grants import ALL, Grants, GrantsKind, entries_of
from supaschema.supabase.roles import API_ROLES

MAINTAIN_SINCE = 17
"""The major version that brought the privilege MAINTAIN."""


class TableGrantsKind(GrantsKind):
    """What roles may do with a table or view as a whole."""

    name = "table_grants"
    family = Family.RELATION
    default_type = "r"
    privileges = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    query = (
        "select array[n.nspname, c.relname]::text[], "
        + entries_of("coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))", "c.relowner")
        + """
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'v', 'm') and {scope}
    """
    )

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with the table or view."""
        return tuple(ObjectId(kind, id.name) for kind in ("table", "view", "materialized_view"))

    def target(self, id: ObjectId) -> sql.Composable:
        """Return the relation; GRANT calls a view a table."""
        return compose("table {}", ident(*id.name))

    def closed_at_birth(self, id: ObjectId, context: Context) -> Collection[str]:
        """A table is closed to the API's roles where it is made."""
        return API_ROLES if ObjectId("table", id.name) in context.fresh else ()

    def locks(self, id: ObjectId) -> tuple[Lock, ...]:
        """PostgreSQL 18 takes ACCESS SHARE, earlier versions no lock at all."""
        return (Lock(relation_name(id.name), LockMode.ACCESS_SHARE),)

    def known(self, major: int) -> tuple[str, ...]:
        """Return the privileges; MAINTAIN is a syntax error before it was there."""
        return (*self.privileges, "MAINTAIN") if major >= MAINTAIN_SINCE else self.privileges

    def revoking(
        self,
        id: ObjectId,
        query: sql.Composable,
        privileges: Sequence[str],
        grantees: Sequence[str],
        context: Context,
    ) -> sql.Composable:
        """Keep the columns' grants: a REVOKE on a table takes those of the same role and privilege along."""
        hit = any(
            entry.grantee in grantees and (ALL in privileges or set(entry.privileges).intersection(privileges))
            for other in context.live_of(id.name)
            if other.kind == "column_grants" and isinstance(definition := context.live[other], Grants)
            for entry in definition.entries
        )
        return _keeping_columns(id, query) if hit else query


def _keeping_columns(id: ObjectId, query: sql.Composable) -> sql.Composed:
    # Read when it runs, for an earlier statement of the same transaction may have changed a column's grants.
    table = ident(*id.name)
    body = compose(
        """declare
  held text[];
  again text;
begin
  select array_agg(
           format('grant %s (%I) on table %s to %s%s', x.privilege, a.attname, {table_text},
                  coalesce(quote_ident(g.rolname), 'public'),
                  case when x.grantable then ' with grant option' end)
           order by a.attnum, x.place)
    into held
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    cross join lateral aclexplode(a.attacl) with ordinality x(grantor, grantee, privilege, grantable, place)
    left join pg_roles g on g.oid = x.grantee
   where a.attrelid = {table_text}::regclass and not a.attisdropped and x.grantee <> c.relowner;
  {query};
  foreach again in array coalesce(held, array[]::text[]) loop
    execute again;
  end loop;
end""",
        table_text=literal(table.as_string()),
        query=query,
    )
    return block(body)

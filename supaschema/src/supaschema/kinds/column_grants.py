"""Grants on single columns of tables and views."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from psycopg import sql

from supaschema.core.model import Fact, Facts, Lock, LockMode, ObjectId, Steps
from supaschema.core.sqltext import compose, ident, raw_sql, relation_name
from supaschema.declarations import Column, Grant
from supaschema.kinds.base import Context, Family
from supaschema.kinds.grants import Grants, GrantsKind, declared_grants, entries_of, grants_from


class ColumnGrantsKind(GrantsKind):
    """What roles may do with one column; there is such a fact only where there is such a grant."""

    name = "column_grants"
    family = Family.RELATION
    parts = 3
    privileges = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
    open_by_default = False
    query = (
        "select array[n.nspname, c.relname, a.attname]::text[], "
        + entries_of("a.attacl", "c.relowner")
        + """ - 'owner'
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relkind in ('r', 'p', 'v', 'm') and {scope}
           and exists (select from pg_catalog.aclexplode(a.attacl) x where x.grantee <> c.relowner)
         order by c.oid, a.attnum
    """
    )

    def drop(self, id: ObjectId, old: Grants, context: Context) -> Steps:
        """Take everything from every role: the column is to have no grants of its own."""
        return self.alter(id, old, Grants(), context)

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with the column, which goes with its table or view."""
        relations = ("table", "view", "materialized_view")
        return (ObjectId("column", id.name), *(ObjectId(kind, id.name[:2]) for kind in relations))

    def spoken_for_with(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """Who declares the grants on a whole table or view declares those on its columns."""
        return (ObjectId("table_grants", id.name[:2]),)

    def target(self, id: ObjectId) -> sql.Composable:
        """Return the relation; the column goes with each privilege."""
        return compose("table {}", ident(*id.name[:2]))

    def label(self, id: ObjectId) -> str:
        """Return the column with its relation."""
        return f"column {'.'.join(id.name)}"

    def locks(self, id: ObjectId) -> tuple[Lock, ...]:
        """PostgreSQL 18 takes ACCESS SHARE, earlier versions no lock at all."""
        return (Lock(relation_name(id.name), LockMode.ACCESS_SHARE),)

    def words(self, id: ObjectId, privileges: Sequence[str]) -> sql.Composed:
        """Return each privilege with the column."""
        column = ident(id.name[2])
        return sql.SQL(", ").join(compose("{} ({})", raw_sql(privilege.lower()), column) for privilege in privileges)


def column_grants_fact(name: tuple[str, str, str], grants: Sequence[Grant], named: Iterable[str] = ()) -> Fact:
    """Return the fact that a column has these grants.

    Args:
        name: Schema, relation and column.
        grants: What is granted; their `columns` are not looked at.
        named: Further roles that the declaration is complete for.

    """
    return Fact(ObjectId("column_grants", name), declared_grants(grants, named))


def lift_grants(columns: Sequence[Column], facts: Facts, table: tuple[str, str]) -> tuple[Column, ...]:
    """Return the columns with the grants that the facts have for them."""
    return tuple(
        _with_grants(column, facts.get(ObjectId("column_grants", (*table, column.name)))) for column in columns
    )


def _with_grants(column: Column, found: object) -> Column:
    if not isinstance(found, Grants):
        return column
    grantees = [entry.grantee for entry in found.entries]
    return msgspec.structs.replace(column, grants=grants_from(found, grantees))

"""Grants on sequences. Those on an identity's are declared by no resource: they come back with the column."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.model import Lock, LockMode, ObjectId
from supaschema.core.sqltext import compose, ident, relation_name
from supaschema.kinds.base import Family
from supaschema.kinds.grants import GrantsKind, entries_of


class SequenceGrantsKind(GrantsKind):
    """What roles may do with a sequence, named as that is; with an identity's `(schema, table, column, sequence)`.

    Of an identity's there is such a fact only where somebody but the owner may do something.
    """

    name = "sequence_grants"
    family = Family.RELATION
    default_type = "S"
    privileges = ("SELECT", "UPDATE", "USAGE")
    query = (
        "select array[n.nspname, c.relname, a.attname, s.relname]::text[], "
        + entries_of("s.relacl", "s.relowner")
        + """
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attidentity <> '' and not a.attisdropped
          join pg_catalog.pg_depend d
            on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = c.oid and d.refobjsubid = a.attnum
           and d.classid = 'pg_catalog.pg_class'::regclass and d.deptype = 'i'
          join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
         where c.relkind in ('r', 'p') and {scope}
           and exists (select from pg_catalog.aclexplode(s.relacl) x where x.grantee <> s.relowner)
        union all
        select array[n.nspname, c.relname]::text[], """
        + entries_of("coalesce(c.relacl, pg_catalog.acldefault('s', c.relowner))", "c.relowner")
        + """
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'S' and {scope}
           and not exists (select from pg_catalog.pg_depend d
                            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'i')
    """
    )

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with the sequence; with an identity's column, which goes with its table."""
        if not id.name[2:]:
            return (ObjectId("sequence", id.name),)
        return (ObjectId("column", id.name[:3]), ObjectId("table", id.name[:2]))

    def target(self, id: ObjectId) -> sql.Composable:
        """Return the sequence; an identity's is in its table's schema."""
        return compose("sequence {}", ident(id.name[0], id.name[-1]))

    def label(self, id: ObjectId) -> str:
        """Return the sequence."""
        return f"sequence {id.name[0]}.{id.name[-1]}"

    def locks(self, id: ObjectId) -> tuple[Lock, ...]:
        """PostgreSQL 18 takes ACCESS SHARE, earlier versions no lock at all."""
        return (Lock(relation_name((id.name[0], id.name[-1])), LockMode.ACCESS_SHARE),)

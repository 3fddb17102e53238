"""What the server computes or reads anew where it writes a table again: indexes, checks, generated columns, statistics.

No trigger fires then, and no default that was there counts: what runs when rows are written otherwise is in `fired.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import LiteralString

from supaschema.core.errors import OwnershipError
from supaschema.core.sqltext import Name, as_arrays
from supaschema.database.connect import Connection
from supaschema.database.trust import BY_DEPLOYING, STRANGE_CALLS, STRANGE_KEYS, STRANGE_TYPES


def require_own(connection: Connection, tables: Collection[Name], wholes: Collection[Name]) -> None:
    """Refuse to have tables written again, or held against keys, where that would compute something by code of others.

    Args:
        connection: Any connection.
        tables: The tables, or materialized views that are filled. What inherits from them is written with them.
        wholes: The partitioned tables against whose keys rows are held.

    Raises:
        OwnershipError: Naming what calls it, whose the function is, and what to do.

    """
    rows = _strange(connection, tables, wholes)
    if rows:
        what, where = _joined(rows)
        raise OwnershipError(
            f"{what}: it would run with your rights for each row that is written again, or is to fit a partition.",
            where=where,
            remedy="Nothing was changed. If it is meant, have that handed over (alter ... owner to the deploying "
            "role); else drop what calls it.",
        )


def require_own_keys(connection: Connection, columns: Collection[tuple[str, ...]]) -> None:
    """Refuse to have rows held anew against a foreign key for which code of others may run.

    That is done where a column gets another type, and where a partition goes to which something may refer.

    Args:
        connection: Any connection.
        columns: The columns, by schema, table and name; where that is empty, all of the table.

    Raises:
        OwnershipError: Naming the key, whose its table is, and what to do.

    """
    if not columns:
        return
    rows = connection.execute(_KEYS, [list(each) for each in zip(*sorted(columns), strict=True)]).fetchall()
    if rows:
        what, where = _joined(rows)
        raise OwnershipError(
            f"{what}: the server holds its rows against it anew, with your rights.",
            where=where,
            remedy="Nothing was changed. If it is meant, have the table and the type handed over (alter ... owner to "
            "the deploying role); else drop the foreign key.",
        )


def _joined(rows: Iterable[tuple[str, str]]) -> tuple[str, str]:
    # What was found, and where, each once.
    texts, tables = zip(*rows, strict=True)
    return "; ".join(dict.fromkeys(texts)), ", ".join(dict.fromkeys(tables))


def is_own(connection: Connection, tables: Collection[Name]) -> bool:
    """Return whether nothing that would be computed where tables are written again is code of others."""
    return not _strange(connection, tables, ())


def _strange(connection: Connection, tables: Collection[Name], wholes: Collection[Name]) -> list[tuple[str, str]]:
    if not tables and not wholes:
        return []
    return connection.execute(_STRANGE, [*as_arrays(tables), *as_arrays(wholes)]).fetchall()


_KEYS: LiteralString = (
    "with recursive"
    + BY_DEPLOYING
    + ", "
    + STRANGE_TYPES
    + ", "
    + STRANGE_KEYS
    + """, retyped(oid, name) as (
      select c.oid, u.column_name
        from unnest(%s::name[], %s::name[], %s::name[]) as u(schema_name, name, column_name)
        join pg_catalog.pg_namespace n on n.nspname = u.schema_name
        join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = u.name
      union
      select i.inhrelid, r.name from retyped r join pg_catalog.pg_inherits i on i.inhparent = r.oid
    )
    select distinct s.text, s.place
      from retyped r
      join pg_catalog.pg_attribute a on a.attrelid = r.oid and r.name in ('', a.attname)
      join pg_catalog.pg_constraint k
        on k.contype = 'f'
       and (k.confrelid = r.oid and a.attnum = any (k.confkey) or k.conrelid = r.oid and a.attnum = any (k.conkey))
      join strange_keys s on s.oid = k.oid
     order by 2, 1
"""
)

# Where a column of it gets another type the server reads an expression anew, and looks for casts as they are then.
_STRANGE: LiteralString = (
    "with recursive"
    + BY_DEPLOYING
    + ", "
    + STRANGE_TYPES
    + """, written(oid) as (
      select c.oid
        from unnest(%s::name[], %s::name[]) as u(schema_name, name)
        join pg_catalog.pg_namespace n on n.nspname = u.schema_name
        join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = u.name
      union
      select i.inhrelid from written w join pg_catalog.pg_inherits i on i.inhparent = w.oid
    ), parts(relation, classid, objid) as (
      select i.indrelid, 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid
        from written w join pg_catalog.pg_index i on i.indrelid = w.oid
      union all
      select k.conrelid, 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid
        from written w join pg_catalog.pg_constraint k on k.conrelid = w.oid
      union all
      select e.adrelid, 'pg_catalog.pg_attrdef'::pg_catalog.regclass, e.oid
        from written w
        join pg_catalog.pg_attrdef e on e.adrelid = w.oid
        join pg_catalog.pg_attribute a on a.attrelid = e.adrelid and a.attnum = e.adnum and a.attgenerated <> ''
      union all
      select s.stxrelid, 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid
        from written w join pg_catalog.pg_statistic_ext s on s.stxrelid = w.oid
      union all
      select c.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, a.relid
        from unnest(%s::name[], %s::name[]) as u(schema_name, name)
        join pg_catalog.pg_namespace n on n.nspname = u.schema_name
        join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = u.name
       cross join lateral pg_catalog.pg_partition_ancestors(c.oid) a
    )
"""
    + STRANGE_CALLS
    + """
    select text, place from strange
    union
    select pg_catalog.pg_describe_object(r.classid, r.objid, 0) || ' computes something of '
             || pg_catalog.pg_describe_object('pg_catalog.pg_type'::pg_catalog.regclass, y.oid, 0)
             || ' of ' || y.typowner::pg_catalog.regrole::text || ', a cast of which it may be given to',
           n.nspname || '.' || c.relname
      from parts r
      left join pg_catalog.pg_constraint k
        on r.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and k.oid = r.objid
      left join pg_catalog.pg_index i
        on r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and i.indexrelid = r.objid
      left join pg_catalog.pg_statistic_ext s
        on r.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass and s.oid = r.objid
      join pg_catalog.pg_depend d on d.classid = r.classid and d.objid = r.objid
      left join pg_catalog.pg_attribute a
        on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
       and a.attrelid = d.refobjid and a.attnum = d.refobjsubid
      left join pg_catalog.pg_operator o
        on d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass and o.oid = d.refobjid
      left join pg_catalog.pg_proc f
        on f.oid = case d.refclassid when 'pg_catalog.pg_proc'::pg_catalog.regclass then d.refobjid else o.oprcode end
      join types t
        on t.oid = a.atttypid
        or t.oid = any (coalesce(f.proallargtypes, f.proargtypes::pg_catalog.oid[]) || f.prorettype)
      join pg_catalog.pg_type y on y.oid = t.root
      join pg_catalog.pg_class c on c.oid = r.relation
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where k.contype = 'c' or coalesce(i.indexprs, i.indpred, s.stxexprs) is not null
     order by 2, 1
"""
)

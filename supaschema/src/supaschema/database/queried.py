"""What runs when a query does: the functions, operators and casts of the views that it reads, as who runs it.

What a view calls, and which tables it reads, the server holds by its rule, however its text writes that.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import LiteralString

from supaschema.core.errors import OwnershipError
from supaschema.core.sqltext import Name, as_arrays
from supaschema.database.connect import Connection
from supaschema.database.trust import BY_DEPLOYING, STRANGE_CALLS, STRANGE_TYPES

_REMEDY = (
    "Nothing was changed. If it is meant, have that handed over (alter ... owner to the deploying role); else take it"
)


def require_own(connection: Connection, names: Collection[Name]) -> None:
    """Refuse to run queries of views, or such as read them, where something of others would run or may come to.

    Args:
        connection: Any connection.
        names: The views, and what else the queries read.

    Raises:
        OwnershipError: Naming the view, what it calls or reads, and whose that is.

    """
    if not names:
        return
    rows = connection.execute(_STRANGE, as_arrays(names)).fetchall()
    if rows:
        raise OwnershipError(
            f"{'; '.join(dict.fromkeys(text for text, _ in rows))}: that would run with your rights.",
            where=", ".join(dict.fromkeys(relation for _, relation in rows)),
            remedy=f"{_REMEDY} out of the query.",
        )


# A column by itself calls nothing. What it is given to may, and that can change until the query is run; of a whole row
# (`to_jsonb(t)`, `select *`) no rule tells the columns.
_STRANGE: LiteralString = (
    "with recursive"
    + BY_DEPLOYING
    + ", "
    + STRANGE_TYPES
    + """, reached(oid) as (
      select c.oid
        from unnest(%s::name[], %s::name[]) as u(schema_name, name)
        join pg_catalog.pg_namespace n on n.nspname = u.schema_name
        join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = u.name
      union
      select d.refobjid
        from reached r
        join pg_catalog.pg_rewrite w on w.ev_class = r.oid
        join pg_catalog.pg_depend d
          on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
         and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    ), views as materialized (
      select c.oid, c.relowner, w.oid as rule
        from reached r
        join pg_catalog.pg_class c on c.oid = r.oid and c.relkind in ('v', 'm')
        join pg_catalog.pg_rewrite w on w.ev_class = c.oid and w.ev_type = '1'
    ), called(oid, routine) as (
      select v.oid, f.oid
        from views v
        join pg_catalog.pg_depend d
          on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = v.rule
        left join pg_catalog.pg_operator o
          on d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass and o.oid = d.refobjid
        join pg_catalog.pg_proc f
          on f.oid = o.oprcode or d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and f.oid = d.refobjid
    ), found(relation, text) as (
      select v.oid, pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, v.oid, 0)
               || ' belongs to ' || v.relowner::pg_catalog.regrole::text
        from views v
        join pg_catalog.pg_class c on c.oid = v.oid
       where v.relowner not in (select t.oid from trusted_makers t)
         -- What the session made a view of for a moment is whoever's that looks.
         and c.relnamespace <> pg_catalog.pg_my_temp_schema()
      union
      select v.oid, pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, v.oid, 0) || ' calls '
               || pg_catalog.pg_describe_object('pg_catalog.pg_proc'::pg_catalog.regclass, f.oid, 0)
               || ' of ' || f.proowner::pg_catalog.regrole::text
        from called v
        join pg_catalog.pg_proc f on f.oid = v.routine
       where f.proowner not in (select t.oid from trusted_code t)
      union
      select v.oid, pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, v.oid, 0) || ' names '
               || pg_catalog.pg_describe_object('pg_catalog.pg_type'::pg_catalog.regclass, y.oid, 0)
               || ' of ' || y.typowner::pg_catalog.regrole::text
        from views v
        join pg_catalog.pg_depend d
          on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = v.rule
        join types t on d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and t.oid = d.refobjid
        join pg_catalog.pg_type y on y.oid = t.root
      union
      select r.oid, pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, r.oid, a.attnum)
               || ' is of ' || pg_catalog.pg_describe_object('pg_catalog.pg_type'::pg_catalog.regclass, y.oid, 0)
               || ' of ' || y.typowner::pg_catalog.regrole::text || ', a cast of which it may be given to'
        from reached r
        join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
        join types t on t.oid = a.atttypid
        join pg_catalog.pg_type y on y.oid = t.root
      union
      select v.oid, pg_catalog.pg_describe_object('pg_catalog.pg_proc'::pg_catalog.regclass, f.oid, 0)
               || ' gives ' || pg_catalog.pg_describe_object('pg_catalog.pg_type'::pg_catalog.regclass, y.oid, 0)
               || ' of ' || y.typowner::pg_catalog.regrole::text || ', a cast of which it may be given to'
        from called v
        join pg_catalog.pg_proc f on f.oid = v.routine
       cross join lateral pg_catalog.unnest(
         coalesce(f.proallargtypes, '{}'::pg_catalog.oid[]) || f.prorettype) as g(oid)
        join types t on t.oid = g.oid
        join pg_catalog.pg_type y on y.oid = t.root
    ), parts(relation, classid, objid) as (
      select v.oid, d.refclassid, d.refobjid
        from views v
        join pg_catalog.pg_depend d
          on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = v.rule
        left join pg_catalog.pg_proc f
          on d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and f.oid = d.refobjid and f.prokind = 'a'
       where d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass or f.oid is not null
    )"""
    + STRANGE_CALLS
    + """
    select f.text, n.nspname || '.' || c.relname
      from found f
      join pg_catalog.pg_class c on c.oid = f.relation
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    union
    select text, place from strange
     order by 2, 1
"""
)

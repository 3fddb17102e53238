"""What runs when rows are written: triggers, rules, checks, defaults, indexes, policies. All of it runs as the writer.

Somebody who may hang a trigger on a table (the privilege TRIGGER is enough) waits there for whoever writes its rows. So
the functions of what hangs on a table must belong to roles that gain nothing by it. The search_path is empty here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from supaschema.core.errors import ApplyError, OwnershipError
from supaschema.core.model import LockMode, Plan, Statement
from supaschema.core.sqltext import Name, as_arrays, compose, ident, raw_sql, relation_name
from supaschema.database.connect import Connection
from supaschema.database.trust import BY_DEPLOYING, STRANGE_CALLS, STRANGE_COMPARISONS, STRANGE_KEYS, STRANGE_TYPES

_REMEDY = (
    "If it is meant, have that handed over (alter ... owner to the deploying role); else drop what calls it. Then run "
    "it again."
)


@dataclass(frozen=True, slots=True)
class _Strange:
    """What others hung on tables, and where."""

    what: str
    where: str


def require_own(connection: Connection, plan: Plan) -> None:
    """Refuse a plan that writes rows of a table on which others have hung something.

    Raises:
        OwnershipError: Naming what hangs there, whose its function is, and what to do.

    """
    for statement in plan.statements:
        found = _strange(connection, statement)
        if found:
            raise OwnershipError(found.what, where=found.where, remedy=f"Nothing was changed. {_REMEDY}")


def hold_own(connection: Connection, statement: Statement) -> None:
    """Refuse a statement likewise, in its transaction: nobody can hang anything on its tables until that ends.

    Raises:
        ApplyError: As `require_own` raises OwnershipError.

    """
    _hold(connection, statement)
    found = _strange(connection, statement)
    if found:
        raise ApplyError(found.what, where=found.where, remedy=f"It was not fired. {_REMEDY}")


def _hold(connection: Connection, statement: Statement) -> None:
    for name in statement.fires:
        relation = relation_name(name)
        modes = [lock.mode for lock in statement.locks if lock.relation == relation]
        mode = max([LockMode.ROW_EXCLUSIVE, *modes], key=lambda mode: mode.strength)
        connection.execute(compose("lock table {} in {} mode", ident(*name), raw_sql(mode.value)))
    _hold_referring(connection, statement)


def _hold_referring(connection: Connection, statement: Statement) -> None:
    # A table that is held gets no new foreign keys that refer to it: each turn finds what refers to the last one's.
    held: set[Name] = set(statement.fires)
    while held:
        rows = connection.execute(_REFERRING, _parameters(held, statement), prepare=True).fetchall()
        more = [(schema, name) for schema, name in rows if (schema, name) not in held]
        if not more:
            return
        tables = sql.SQL(", ").join(ident(*name) for name in more)
        connection.execute(compose("lock table {} in row exclusive mode", tables))
        held.update(more)


def hold_own_on(connection: Connection, name: Name) -> None:
    """Refuse to write or delete rows of a table, and hold it as `hold_own` does; raises as `require_own`."""
    statement = Statement(sql.SQL(""), fires=(name,), deletes=True)
    _hold(connection, statement)
    require_own(connection, Plan(statements=(statement,)))


def _parameters(names: Iterable[Name], statement: Statement) -> dict[str, object]:
    schemas, relations = as_arrays(names)
    how = {"deletes": statement.deletes, "assigns": list(statement.assigns)}
    return {"schemas": schemas, "names": relations, **how}


def _strange(connection: Connection, statement: Statement) -> _Strange | None:
    if not statement.fires:
        return None
    parameters = _parameters({(schema, name) for schema, name in statement.fires}, statement)
    # Repeated for every batch, and planning it takes longer than running it.
    rows = connection.execute(_STRANGE, parameters, prepare=True).fetchall()
    if not rows:
        return None
    found = "; ".join(dict.fromkeys(text for text, _ in rows))
    what = f"{found}: it would run with your rights for every row that is written."
    return _Strange(what, ", ".join(dict.fromkeys(table for _, table in rows)))


def strangers(connection: Connection) -> dict[Name, tuple[str, ...]]:
    """Return, by table, the triggers and rules whose functions belong to others, a sentence each."""
    found: dict[Name, tuple[str, ...]] = {}
    for schema, name, text in connection.execute(_TRIGGERS):
        found[schema, name] = (*found.get((schema, name), ()), text)
    return found


# Children of a table are written with it, and by foreign keys what refers to it. That is written with the rights of its
# own owner; but what fires after rows are written runs with ours before PostgreSQL 18, and whatever runs in our session
# may set that for what follows.
_TARGETS: LiteralString = """, written(oid, key) as (
      select c.oid, null::oid
        from unnest(%(schemas)s::name[], %(names)s::name[]) as u(schema_name, name)
        join pg_catalog.pg_namespace n on n.nspname = u.schema_name
        join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = u.name
      union
      select u.oid, u.key
        from written w
       cross join lateral (
         select i.inhrelid, w.key from pg_catalog.pg_inherits i where i.inhparent = w.oid
         union all
         select k.conrelid, k.oid
           from pg_catalog.pg_constraint k
          where k.contype = 'f' and k.confrelid = w.oid
            and (k.confupdtype in ('c', 'n', 'd') or %(deletes)s and k.confdeltype in ('c', 'n', 'd'))
       ) u(oid, key)
    ), targets as materialized (
      select distinct w.oid from written w
    ), held as materialized (
      select w.oid, w.key, c.relowner, n.nspname, c.relname,
             c.relkind in ('r', 'p') and pg_catalog.has_schema_privilege(v.oid, n.oid, 'usage')
               and pg_catalog.has_table_privilege(v.oid, c.oid, 'insert, update, delete, truncate') as it
        from written w
        join pg_catalog.pg_class c on c.oid = w.oid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       cross join viewer v
       where w.key is not null
    )"""
"""What is written, `targets(oid)`; of what refers to it, by which key, and whether it can be held: `held`."""

# Whoever may hang a trigger writes its condition, and has no right on it that the catalog would tell. A function of the
# server's, or of an extension, may do anything with what it is given there: run it as SQL, or read a view by its name.
# Of what the server has itself no dependency is kept.
_STEERED: LiteralString = """, steered(relation, text) as (
      select g.tgrelid,
             pg_catalog.pg_describe_object('pg_catalog.pg_trigger'::pg_catalog.regclass, g.oid, 0) || ' calls '
               || pg_catalog.pg_describe_object('pg_catalog.pg_proc'::pg_catalog.regclass, f.oid, 0)
               || ' in its condition, which may run what it is given'
        from pg_catalog.pg_trigger g
       cross join lateral pg_catalog.regexp_matches(g.tgqual::pg_catalog.text, 'funcid (\\d+)', 'g') as m(found)
        join pg_catalog.pg_proc f on f.oid = m.found[1]::pg_catalog.oid
       where g.tgqual is not null and not g.tgisinternal and g.tgenabled <> 'D' and f.pronargs > 0
         and (f.oid < 16384 or f.proowner not in (select v.oid from viewer v))
         and (f.provolatile = 'v' or f.proname ~ '_to_xml')
    )"""

_REFERRING: LiteralString = (
    "with recursive"
    + BY_DEPLOYING
    + _TARGETS
    + " select distinct h.nspname, h.relname from held h where h.it order by 1, 2"
)

# Of a partition what is written has to fit the keys of the tables above it. What refers to a key that changes is asked
# for the one from before.
_STRANGE: LiteralString = (
    "with recursive"
    + BY_DEPLOYING
    + ", "
    + STRANGE_TYPES
    + _TARGETS
    + """, parts(relation, classid, objid) as materialized (
      select g.tgrelid, 'pg_catalog.pg_trigger'::pg_catalog.regclass, g.oid
        from targets t join pg_catalog.pg_trigger g on g.tgrelid = t.oid
       where not g.tgisinternal
         and (g.tgenabled in ('O', 'A')
              or g.tgenabled = 'R' and pg_catalog.current_setting('session_replication_role') = 'replica')
      union all
      select w.ev_class, 'pg_catalog.pg_rewrite'::pg_catalog.regclass, w.oid
        from targets t join pg_catalog.pg_rewrite w on w.ev_class = t.oid
      union all
      select c.conrelid, 'pg_catalog.pg_constraint'::pg_catalog.regclass, c.oid
        from targets t join pg_catalog.pg_constraint c on c.conrelid = t.oid
      union all
      select e.adrelid, 'pg_catalog.pg_attrdef'::pg_catalog.regclass, e.oid
        from targets t join pg_catalog.pg_attrdef e on e.adrelid = t.oid
      union all
      select i.indrelid, 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid
        from targets t join pg_catalog.pg_index i on i.indrelid = t.oid
      union all
      select p.polrelid, 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid
        from targets t join pg_catalog.pg_policy p on p.polrelid = t.oid
       where pg_catalog.row_security_active(t.oid)
      union all
      select t.oid, 'pg_catalog.pg_type'::pg_catalog.regclass, a.atttypid
        from targets t join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
       where a.atttypid >= 12000
      union all
      select t.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, a.relid
        from targets t cross join lateral pg_catalog.pg_partition_ancestors(t.oid) a
    )
"""
    + STRANGE_CALLS
    + STRANGE_COMPARISONS
    + _STEERED
    + ", "
    + STRANGE_KEYS
    + """, by_keys(oid) as (
      select h.key from held h where not h.it
      union
      select k.oid
        from written w
        join pg_catalog.pg_constraint k on k.contype = 'f' and k.confrelid = w.oid
       where %(deletes)s or w.key is not null
          or exists (select from pg_catalog.pg_attribute a
                      where a.attrelid = w.oid and a.attnum = any (k.confkey)
                        and (a.attgenerated <> '' or a.attname = any (%(assigns)s::name[])))
    )
    select text, place from strange
    union
    select c.text, c.place from compared c where c.refers or c.oid in (select k.oid from by_keys k)
    union
    select s.text, n.nspname || '.' || c.relname
      from steered s
      join targets t on t.oid = s.relation
      join pg_catalog.pg_class c on c.oid = s.relation
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    union
    select s.text, s.place from strange_keys s where s.oid in (select k.oid from by_keys k)
     order by 2, 1
"""
)

# What a trigger calls: its function, and what its condition names.
_TRIGGERS: LiteralString = (
    "with recursive"
    + BY_DEPLOYING
    + """, called(oid, proowner, classid, objid) as (
      select f.oid, f.proowner, 'pg_catalog.pg_proc'::pg_catalog.regclass, f.oid
        from pg_catalog.pg_proc f where f.proowner not in (select t.oid from trusted_code t)
      union all
      select f.oid, f.proowner, 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid
        from pg_catalog.pg_proc f join pg_catalog.pg_operator o on o.oprcode = f.oid
       where f.proowner not in (select t.oid from trusted_code t)
    )"""
    + _STEERED
    + """
    select distinct n.nspname, c.relname,
           pg_catalog.pg_describe_object('pg_catalog.pg_trigger'::pg_catalog.regclass, g.oid, 0) || ' calls '
             || pg_catalog.pg_describe_object('pg_catalog.pg_proc'::pg_catalog.regclass, f.oid, 0)
             || ' of ' || f.proowner::pg_catalog.regrole::text
      from called f
      join pg_catalog.pg_depend d
        on d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
       and d.refclassid = f.classid and d.refobjid = f.objid
      join pg_catalog.pg_trigger g on g.oid = d.objid and not g.tgisinternal and g.tgenabled <> 'D'
      join pg_catalog.pg_class c on c.oid = g.tgrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    union
    select n.nspname, c.relname, s.text
      from steered s
      join pg_catalog.pg_class c on c.oid = s.relation
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     order by 1, 2, 3
"""
)

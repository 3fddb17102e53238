"""Whether the ledger may be trusted: whose it is, and that nothing in it runs code of others.

Who owns it, or may make something in it, has whoever uses it run what they like. So it is looked at before anything of
it is read, called or written.
"""

from __future__ import annotations

from typing import LiteralString

from supaschema.core.errors import OwnershipError
from supaschema.database.connect import Connection
from supaschema.database.trust import BY_ITSELF, MAY_BECOME

_SHOWN = 3
"""How many of the things that are wrong a message names."""


def problems(connection: Connection, *, reading: bool = False) -> tuple[str, ...]:
    """Return what is wrong with ledger and archive, a clause each; nothing where they are in order or not there.

    Args:
        connection: Of the role that would use them.
        reading: Whether it only reads tables, and so need not trust whoever owns them.

    """
    with connection.transaction():
        # The server then spells every name that is not its own with its schema.
        connection.execute("set local search_path = ''")
        found = [str(row[0]) for row in connection.execute(_PROBLEMS, {"reading": reading})]
    # Whose it is explains the rest.
    return tuple(sorted(found, key=lambda text: (not text.startswith("schema "), text)))


def require(connection: Connection, *, reading: bool = False) -> None:
    """Refuse a ledger, or an archive, that could run what others wrote; takes what `problems` takes.

    Raises:
        OwnershipError: Naming what is wrong, and what to do.

    """
    found = problems(connection, reading=reading)
    if not found:
        return
    more = f" (and {len(found) - _SHOWN} more)" if len(found) > _SHOWN else ""
    raise OwnershipError(
        f"{'; '.join(found[:_SHOWN])}{more}: it could run what others wrote, with your rights.",
        where="the ledger is not to be trusted",
        remedy="Nothing of it was read. If another role made it, have the database's owner drop it (drop schema "
        "supaschema, supaschema_archive cascade), or deploy as the role that it belongs to. If it is yours, take away "
        "what is named.",
    )


def lending(connection: Connection, function: str) -> bool:
    """Return whether a function (`schema.name`) runs as its schema's owner with a path of its own, whoever calls it."""
    schema, _, name = function.partition(".")
    row = connection.execute(_LENDING, [schema, name]).fetchone()
    return bool(row and row[0])


_LENDING: LiteralString = """
    select pg_catalog.bool_and(p.prosecdef and p.proowner = n.nspowner
             and exists (select from pg_catalog.unnest(p.proconfig) s(setting) where s.setting ~* '^search_path='))
      from pg_catalog.pg_namespace n
      join pg_catalog.pg_proc p on p.pronamespace = n.oid
     where n.nspname = %s and p.proname = %s
"""

# A role that neither writes the ledger nor could make one only reads: whosever it is, nothing in it runs as that role.
# The view that it reads may call what its definition does, and nothing else: functions of the server can run a text.
_PROBLEMS: LiteralString = (
    "with recursive"
    + BY_ITSELF
    + """, spaces as materialized (
      select n.oid, n.nspname, n.nspowner, n.nspacl
        from pg_catalog.pg_namespace n where n.nspname in ('supaschema', 'supaschema_archive')
    ), ledger as materialized (
      select s.nspowner as owner from spaces s order by s.nspname limit 1
    ), reads as materialized (
      select %(reading)s or not pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create')
         and not exists (
           select from pg_catalog.pg_class c join spaces s on s.oid = c.relnamespace
            where c.relname = 'objects' and pg_catalog.has_table_privilege(c.oid, 'insert')) as only
    ), accepted as materialized (
      select t.oid from trusted_code t
      union
      select r.oid
        from ledger l
        join pg_catalog.pg_roles r on r.oid = l.owner or pg_catalog.pg_has_role(r.oid, l.owner, """
    + MAY_BECOME
    + """)
    ), tables as materialized (
      select c.oid, s.nspname || '.' || c.relname as name, c.relkind, c.relacl, s.nspacl
        from spaces s
        join pg_catalog.pg_class c on c.relnamespace = s.oid
       where s.nspname || '.' || c.relname in (
         'supaschema.identity', 'supaschema.objects', 'supaschema.history', 'supaschema.backfills',
         'supaschema.statements',
         'supaschema.journal', 'supaschema.journal_wanted',
         'supaschema_archive.tables', 'supaschema_archive.column_values', 'supaschema_archive.columns')
    ), told as materialized (
      select c.oid, c.relkind
        from spaces s
        join pg_catalog.pg_class c on c.relnamespace = s.oid
       where s.nspname = 'supaschema' and c.relname = 'recorded'
    )
    select 'schema ' || s.nspname || ' belongs to ' || s.nspowner::pg_catalog.regrole::text
      from spaces s, reads r
     where s.nspowner not in (select a.oid from accepted a)
        or not r.only and s.nspowner not in (select t.oid from trusted_code t)
    union all
    select pg_catalog.pg_describe_object(d.classid, d.objid, 0) || ' belongs to '
             || o.refobjid::pg_catalog.regrole::text
      from spaces s
      join pg_catalog.pg_depend d
        on d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and d.refobjid = s.oid
      join pg_catalog.pg_shdepend o
        on o.classid = d.classid and o.objid = d.objid and o.objsubid = 0 and o.deptype = 'o'
       and o.dbid = (select b.oid from pg_catalog.pg_database b where b.datname = pg_catalog.current_database())
     where o.refobjid not in (select a.oid from accepted a)
           -- A table that was archived is still its owner's, who cannot reach it there.
       and not (s.nspname = 'supaschema_archive' and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                and d.objid not in (select t.oid from tables t)
                and o.refobjid in (select w.oid from trusted_owners w))
    union all
    select case g.grantee when 0 then 'everybody' else g.grantee::pg_catalog.regrole::text end
             || ' may make objects in schema ' || s.nspname
      from spaces s
     cross join lateral pg_catalog.aclexplode(s.nspacl) g
     where g.privilege_type = 'CREATE' and g.grantee not in (select a.oid from accepted a)
    union all
    select distinct w.grantee_name || ' may write ' || w.name
      from (
        select t.name, t.nspacl, a.grantee,
               case a.grantee when 0 then 'everybody' else a.grantee::pg_catalog.regrole::text end as grantee_name
          from tables t
          left join pg_catalog.pg_attribute c on c.attrelid = t.oid and c.attacl is not null
         cross join lateral (
           select e.grantee, e.privilege_type from pg_catalog.aclexplode(t.relacl) e
           union all
           select e.grantee, e.privilege_type from pg_catalog.aclexplode(c.attacl) e
         ) a
         where a.privilege_type not in ('SELECT', 'MAINTAIN') and a.grantee not in (select b.oid from accepted b)
      ) w
     where exists (
             select from pg_catalog.aclexplode(w.nspacl) u
              where u.privilege_type = 'USAGE' and u.grantee not in (select b.oid from accepted b)
                and case when 0 in (u.grantee, w.grantee) then true
                         else pg_catalog.pg_has_role(u.grantee, w.grantee, 'member')
                           or pg_catalog.pg_has_role(w.grantee, u.grantee, 'member') end)
    union all
    select t.name || ' is no table' from tables t where t.relkind <> 'r'
    union all
    select 'supaschema.recorded is no view' from told t where t.relkind <> 'v'
    union all
    select distinct 'supaschema.recorded stands on ' || pg_catalog.pg_describe_object(d.refclassid, d.refobjid, 0)
      from told t
      join pg_catalog.pg_rewrite w on w.ev_class = t.oid
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
     where d.refclassid <> 'pg_catalog.pg_class'::pg_catalog.regclass
        or d.refobjid not in (
             select t.oid union all select b.oid from tables b where b.name = 'supaschema.objects')
    union all
    select distinct 'supaschema.recorded calls ' || f.called[1]
      from told t
     cross join lateral pg_catalog.regexp_matches(
       case t.relkind when 'v' then pg_catalog.pg_get_viewdef(t.oid) end, '([^[:space:](]+)[(]', 'g') f(called)
     where f.called[1] not in (
       'COALESCE', 'convert_to', 'encode', 'jsonb_each', 'jsonb_object_agg', 'jsonb_typeof', 'md5', 'part', 'salt',
       'sha256', 'starts_with', 'to_jsonb')
    union all
    select t.name || ' has row level security that applies to you'
      from tables t where pg_catalog.row_security_active(t.oid)
    union all
    select t.name || ' has the trigger ' || pg_catalog.quote_ident(g.tgname)
      from tables t join pg_catalog.pg_trigger g on g.tgrelid = t.oid
    union all
    select t.name || ' has the rule ' || pg_catalog.quote_ident(w.rulename)
      from tables t join pg_catalog.pg_rewrite w on w.ev_class = t.oid and t.relkind = 'r'
    union all
    select t.name || ' has the policy ' || pg_catalog.quote_ident(p.polname)
      from tables t join pg_catalog.pg_policy p on p.polrelid = t.oid
    union all
    select i.inhrelid::pg_catalog.regclass::text || ' inherits ' || i.inhparent::pg_catalog.regclass::text
      from tables t join pg_catalog.pg_inherits i on t.oid in (i.inhparent, i.inhrelid)
    union all
    select t.name || ' has the default ' || pg_catalog.pg_get_expr(e.adbin, e.adrelid)
      from tables t join pg_catalog.pg_attrdef e on e.adrelid = t.oid
      join pg_catalog.pg_attribute a on a.attrelid = e.adrelid and a.attnum = e.adnum
     where a.attgenerated <> ''
        or pg_catalog.pg_get_expr(e.adbin, e.adrelid)
             not in ('true', '0', 'now()', 'clock_timestamp()', 'SESSION_USER')
    union all
    select t.name || ' has the constraint ' || pg_catalog.quote_ident(c.conname)
      from tables t join pg_catalog.pg_constraint c on t.oid in (c.conrelid, c.confrelid)
     where c.contype not in ('c', 'n', 'p', 'u')
        or c.contype = 'c' and pg_catalog.pg_get_constraintdef(c.oid) not in (
             'CHECK (singleton)', 'CHECK ((added = ANY (ARRAY[''null''::text, ''default''::text])))')
    union all
    select t.name || ' has the index ' || i.indexrelid::pg_catalog.regclass::text
      from tables t join pg_catalog.pg_index i on i.indrelid = t.oid
     where i.indexprs is not null or i.indpred is not null
    union all
    select t.name || ' has the column ' || pg_catalog.quote_ident(a.attname) || ' of type '
             || pg_catalog.format_type(a.atttypid, null)
      from tables t
      join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      join pg_catalog.pg_type y on y.oid = a.atttypid
     where y.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace
    union all
    select p.oid::pg_catalog.regprocedure::text || ' would run with your rights'
      from reads r, spaces s join pg_catalog.pg_proc p on p.pronamespace = s.oid
     where r.only and s.nspname = 'supaschema' and p.proname in ('archived', 'buckets', 'jobs')
       and not (p.prosecdef and p.proowner = s.nspowner
                and exists (select from unnest(p.proconfig) c(setting) where c.setting ~* '^search_path='))
     limit 100
"""
)

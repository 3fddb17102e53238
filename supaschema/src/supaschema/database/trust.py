"""Whose objects may be trusted: whoever owns a function decides what runs, with the rights of the role that calls it.

The connecting role trusts whoever gains nothing by it: superusers, itself, roles that may become it, the platform's
roles, and the roles whose rights it inherits by grants of such. Of these not the server's own, which are for many, and
not the roles that the API acts as, or may become.
"""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg

from supaschema.core.errors import OwnershipError

_SELF: LiteralString = "select r.oid from pg_catalog.pg_roles r where r.rolname = current_user"

# From 16 on a membership may be one in name only: neither inherited, nor to be set, nor administered.
MAY_BECOME: LiteralString = """case when pg_catalog.current_setting('server_version_num')::integer >= 160000
              then 'usage, set, usage with admin option' else 'member' end"""
"""The privilege on a role that those have who may act as it, for `pg_has_role`."""

# Who neither owns the ledger nor could make one looks on behalf of its owner: what that one trusts is what counts.
_DEPLOYING: LiteralString = f"""
    select coalesce(pg_catalog.max(n.nspowner), ({_SELF}))
      from pg_catalog.pg_namespace n
     where n.nspname = 'supaschema' and not pg_catalog.pg_has_role(n.nspowner, 'member')
       and not pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create')
"""

# A superuser inherits the rights of every role, and so trusts none for that. Whoever administers a role may make
# anybody a member of it: what is inherited by such a grant was not asked for.
_TRUSTED: LiteralString = f"""), viewer as materialized (
      select r.oid, r.rolname, r.rolsuper, d.datdba
        from pg_catalog.pg_roles r, pg_catalog.pg_database d
       where r.oid in (select s.oid from seen_by s) and d.datname = pg_catalog.current_database()
    ), api as materialized (
      select a.oid from pg_catalog.pg_roles a
       where a.rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
    ), granting as materialized (
      select r.oid
        from viewer v cross join pg_catalog.pg_roles r
       where r.rolsuper or r.oid = v.datdba or pg_catalog.pg_has_role(r.oid, v.oid, {MAY_BECOME})
    ), inherited(oid) as (
      select v.oid from viewer v where not v.rolsuper
      union
      select m.roleid
        from inherited i
        join pg_catalog.pg_auth_members m on m.member = i.oid
        join pg_catalog.pg_roles r on r.oid = m.member
       where m.grantor in (select g.oid from granting g)
         and coalesce((pg_catalog.to_jsonb(m) ->> 'inherit_option')::boolean, r.rolinherit)
    ), trusted as materialized (
      select r.oid, r.rolcanlogin and r.oid not in (v.oid, v.datdba) and not own.it as is_somebody
        from viewer v
       cross join pg_catalog.pg_roles r
       cross join lateral (
         select r.rolsuper or pg_catalog.pg_has_role(r.oid, v.oid, {MAY_BECOME})
             or r.rolname in ('supabase_auth_admin', 'supabase_functions_admin', 'supabase_realtime_admin',
                              'supabase_storage_admin')
            and exists (select from pg_catalog.pg_roles s where s.rolname = 'supabase_admin' and s.rolsuper) as it
       ) own
       where own.it
          or r.oid in (select i.oid from inherited i)
         and r.rolname !~ '^pg_'
         and not exists (select from api a where pg_catalog.pg_has_role(a.oid, r.oid, 'member'))
    ), trusted_code as materialized (
      select t.oid from trusted t where not t.is_somebody
    ), of_database as materialized (
      select v.datdba from viewer v
      union select r.oid from pg_catalog.pg_roles r where r.rolname = 'pg_database_owner'
    ), trusted_makers as materialized (
      select t.oid from trusted_code t union select d.datdba from of_database d
    ), trusted_owners as materialized (
      select t.oid from trusted t union select d.datdba from of_database d
    )
"""

BY_ITSELF: LiteralString = f" seen_by(oid) as ({_SELF}{_TRUSTED}"
"""Common table expressions, with what the connecting role trusts. Recursive.

`trusted_code` are the roles whose code may run with its rights: of those whose rights it inherits no other's login.
`trusted_owners` are those upon whose schemas, tables and functions it may build: the owner of the database is one more.
`trusted_makers` are those who may write a view's query, a domain's check or a cast that it runs: what these give a
function of the server's to run is code as well.
"""

BY_DEPLOYING: LiteralString = f" seen_by(oid) as ({_DEPLOYING}{_TRUSTED}"
"""The same with what the role trusts that deploys: for one that only looks, the owner of the ledger."""

STRANGE_TYPES: LiteralString = """types(oid, root) as (
      select y.oid, y.oid
        from pg_catalog.pg_type y
        join pg_catalog.pg_namespace n on n.oid = y.typnamespace
       where n.nspname !~ '^pg_' and y.typowner not in (select t.oid from trusted_makers t)
      union
      select u.oid, t.root
        from types t
        join (
          select y.oid, y.typbasetype as part from pg_catalog.pg_type y where y.typbasetype <> 0
          union all
          select y.oid, y.typelem from pg_catalog.pg_type y where y.typelem <> 0
          union all
          select c.reltype, a.atttypid
            from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
           where c.reltype <> 0 and not a.attisdropped and a.atttypid >= 12000
          union all
          select x.typeid, r.rngsubtype
            from pg_catalog.pg_range r cross join lateral (values (r.rngtypid), (r.rngmultitypid)) x(typeid)
        ) u on u.part = t.oid
    )
"""
"""After one of them: the types of roles that are not trusted, and those that stand on one, with that as their root.

A type stands on the domain beneath it, and as array, composite, row of a table, range or multirange on its parts.
Recursive.
"""

# A database mostly has nothing of strangers: what stands on that is looked for, not what each part stands on. Of arrays
# that a subquery makes the planner expects few rows.
STRANGE_CALLS: LiteralString = """, strange_functions(oid, called) as materialized (
      select f.oid, pg_catalog.pg_describe_object('pg_catalog.pg_proc'::pg_catalog.regclass, f.oid, 0)
               || ' of ' || f.proowner::pg_catalog.regrole::text
        from pg_catalog.pg_proc f
       where f.oid = any (array(select g.oid from pg_catalog.pg_proc g
                                 where g.oid >= 12000 and g.proowner not in (select t.oid from trusted_code t)))
    ), strange_code(classid, objid, called, text) as (
      (select 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid, f.oid, f.called, null::text
         from strange_functions f
       union all
       select 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, f.called, null
         from strange_functions f join pg_catalog.pg_operator o on o.oprcode = f.oid
       union all
       select 'pg_catalog.pg_type'::pg_catalog.regclass, y.oid, null,
              pg_catalog.pg_describe_object('pg_catalog.pg_type'::pg_catalog.regclass, y.oid, 0) || ' belongs to '
                || y.typowner::pg_catalog.regrole::text || ', who may have a check call anything'
         from pg_catalog.pg_type y
        where y.oid = any (array(select x.oid from pg_catalog.pg_type x
                                  where x.typtype = 'd' and x.oid >= 12000
                                    and x.typowner not in (select t.oid from trusted_makers t))))
      union
      select u.classid, u.objid, s.called,
             coalesce(s.text, pg_catalog.pg_describe_object(d.classid, d.objid, 0) || ' calls ' || s.called)
        from strange_code s
        join pg_catalog.pg_depend d on d.refclassid = s.classid and d.refobjid = s.objid
       cross join lateral (
         select d.classid, d.objid where d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
         union all
         select d.classid, d.objid
           from pg_catalog.pg_proc a
          where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and a.oid = d.objid and a.prokind = 'a'
         union all
         select 'pg_catalog.pg_type'::pg_catalog.regclass, k.contypid
           from pg_catalog.pg_constraint k
          where d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and k.oid = d.objid and k.contypid <> 0
         union all
         select 'pg_catalog.pg_type'::pg_catalog.regclass, c.reltype
           from pg_catalog.pg_class c
          where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid and c.reltype <> 0
            and s.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
       ) u(classid, objid)
    ), strange(text, place) as (
      select coalesce(s.text, pg_catalog.pg_describe_object(r.classid, r.objid, 0) || ' calls ' || s.called),
             n.nspname || '.' || c.relname
        from strange_code s
        join parts r on exists (
               select from pg_catalog.pg_depend d
                where d.refclassid = s.classid and d.refobjid = s.objid and d.classid = r.classid and d.objid = r.objid
                  and (d.objsubid = 0 or d.classid <> 'pg_catalog.pg_class'::pg_catalog.regclass)
             ) or r.classid = s.classid and r.objid = s.objid
             or s.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and exists (
               select from pg_catalog.pg_index i
                 join pg_catalog.pg_attribute a on a.attrelid = i.indexrelid and a.atttypid = s.objid
                 join pg_catalog.pg_type y on y.oid = a.atttypid and y.typtype in ('r', 'm')
                where r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and i.indexrelid = r.objid)
        join pg_catalog.pg_class c on c.oid = r.relation
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    )
"""
"""After one of them and `parts(relation, classid, objid)`: `strange(text, place)`, what of those calls code that is not
trusted, or may come to, in a sentence each, and whose part it is. Recursive.

An operator's function counts as the operator, the functions of an aggregate as the aggregate. With a part goes what
runs where it is of a type, or turns something into one: the checks of that domain, of what it stands on and of what it
is made of; a domain's owner may add one at any time. Of a partitioned table itself this is its key; an index compares
without checks, and asks a range's functions. The server's own functions and types have numbers below 12000.
"""

STRANGE_COMPARISONS: LiteralString = """, compared(oid, refers, text, place) as (
      select k.oid, w.oid = k.conrelid,
             pg_catalog.pg_describe_object('pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, 0)
               || ' compares something with '
               || pg_catalog.pg_describe_object('pg_catalog.pg_type'::pg_catalog.regclass, y.oid, 0)
               || ' of ' || y.typowner::pg_catalog.regrole::text || ', a cast of which it may be given to',
             n.nspname || '.' || c.relname
        from written w
        join pg_catalog.pg_constraint k on k.contype = 'f' and w.oid in (k.conrelid, k.confrelid)
        join pg_catalog.pg_class c on c.oid = k.conrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       cross join lateral unnest(k.conkey, k.confkey) as u(referring, referred)
        join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.referring
        join pg_catalog.pg_attribute b on b.attrelid = k.confrelid and b.attnum = u.referred
        join types t on t.oid in (a.atttypid, b.atttypid)
        join pg_catalog.pg_type y on y.oid = t.root
       where a.atttypid <> b.atttypid
    )
"""
"""After the types and `written(oid)`: `compared(oid, refers, text, place)`, the foreign keys of those tables that
compare a type of others with another type, by a cast that the server looks up each time; whether one is of the table.
"""

STRANGE_KEYS: LiteralString = """strange_keys(oid, text, place) as (
      select k.oid, pg_catalog.pg_describe_object('pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, 0)
               || case when c.relowner in (select t.oid from trusted_code t)
                       then ' compares what is of a type of others'
                       else ' has a table of ' || c.relowner::pg_catalog.regrole::text
                              || ' read or written, on which they may hang anything' end,
             n.nspname || '.' || c.relname
        from pg_catalog.pg_constraint k
        join pg_catalog.pg_class c on c.oid = k.conrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where k.contype = 'f'
         and (c.relowner not in (select t.oid from trusted_code t)
              or exists (select from pg_catalog.pg_attribute a
                          where (a.attrelid = c.oid and a.attnum = any (k.conkey)
                                 or a.attrelid = k.confrelid and a.attnum = any (k.confkey))
                            and a.atttypid in (select t.oid from types t)))
    )
"""
"""After `STRANGE_TYPES`: the foreign keys for which code of others may run, as a cast or where their table is read."""

_STRANGE_OWNER: LiteralString = (
    "with recursive"
    + BY_DEPLOYING
    + """
    select o.oid::pg_catalog.regrole::text
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_roles o on o.oid in (c.relowner, n.nspowner)
     where n.nspname = %s and c.relname = %s and o.oid not in (select t.oid from trusted_owners t)
     limit 1
"""
)


def require_trusted_owner(connection: psycopg.Connection[Any], schema: str, name: str) -> None:
    """Refuse to read a relation whose owner, or whose schema's, is not trusted; one that there is not is no matter.

    Raises:
        OwnershipError: Naming the relation, its owner, and what to do.

    """
    row = connection.execute(_STRANGE_OWNER, [schema, name]).fetchone()
    if row is not None:
        raise OwnershipError(
            f"it belongs to {row[0]}: to read it could run what they wrote, with your rights.",
            where=f"{schema}.{name}",
            remedy="Nothing of it was read. Have it handed over with its schema, or dropped.",
        )

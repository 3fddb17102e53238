"""What is asked of the catalog: whole tables of answers, never one question for each object."""

from __future__ import annotations

from typing import LiteralString

from supaschema.database.extensions import OF_AN_EXTENSION

# PUBLIC has the number 0, which the server's functions on privileges take for it, those on roles do not.
_ROLES: LiteralString = """
    with role(name, oid) as materialized (
      select r.rolname::text, r.oid from pg_catalog.pg_roles r where r.rolname = any (%(roles)s::text[])
      union all select 'public', 0::oid where 'public' = any (%(roles)s::text[])
    )
"""
_SCHEMAS: LiteralString = """
    n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
"""

SUBJECTS: LiteralString = """
    select r.rolname::text, r.rolsuper or r.rolbypassrls,
           array_remove(array[
             case when r.rolsuper then 'superuser' end, case when r.rolbypassrls then 'bypassrls' end,
             case when r.rolcreaterole then 'createrole' end, case when r.rolcreatedb then 'createdb' end,
             case when r.rolreplication then 'replication' end, case when r.rolcanlogin then 'login' end], null),
           r.rolname !~ %(platform)s and r.oid <> 10
      from pg_catalog.pg_roles r
"""
"""Every role: whether no policy holds it back, its attributes, whether it is told of."""

BECOMING: LiteralString = (
    _ROLES
    + """
    select role.name, other.rolname::text,
           array_remove(array[
             case when pg_catalog.pg_has_role(role.oid, other.oid, 'usage') then 'inherit' end,
             case when pg_catalog.pg_has_role(role.oid, other.oid, case
               when pg_catalog.current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end)
               then 'become' end,
             case when pg_catalog.pg_has_role(role.oid, other.oid, 'member with admin option')
               then 'hand on' end], null)
      from role join pg_catalog.pg_roles other on other.oid <> role.oid
      join pg_catalog.pg_roles self on self.oid = role.oid and not self.rolsuper
     where pg_catalog.pg_has_role(role.oid, other.oid, 'member')
"""
)
"""Whose rights somebody has, and may act as: a superuser may act as everybody."""

# What defaults draw on is looked up from the few defaults that have a sequence, once: a look for each relation would go
# through every default's dependencies each time.
RELATIONS: LiteralString = (
    """
    with drawn(relation, sequences) as materialized (
      select f.adrelid, pg_catalog.array_agg(distinct array[sn.nspname::text, s.relname::text])
        from pg_catalog.pg_attrdef f
        join pg_catalog.pg_depend d
          on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.objid = f.oid
         and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        join pg_catalog.pg_class s on s.oid = d.refobjid and s.relkind = 'S'
        join pg_catalog.pg_namespace sn on sn.oid = s.relnamespace
       group by 1
    )
    select n.nspname::text, c.relname::text, c.relkind::text, owner.rolname::text, c.relrowsecurity,
           c.relforcerowsecurity,
           array(select a.attname::text from pg_catalog.pg_attribute a
                  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum),
           view.as_invoker,
           case when c.relkind in ('v', 'm') and not view.as_invoker
             then pg_catalog.md5(pg_catalog.pg_get_viewdef(c.oid)) else '' end,
           case when c.relkind = 'v' then pg_catalog.pg_relation_is_updatable(c.oid, false) else 0 end,
           case when c.relkind = 'v' then pg_catalog.pg_relation_is_updatable(c.oid, true) else 0 end,
           coalesce(drawn.sequences, array[]::text[])
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_roles owner on owner.oid = c.relowner
      left join drawn on drawn.relation = c.oid
     cross join lateral (
       select coalesce((select o.option_value::boolean from pg_catalog.pg_options_to_table(c.reloptions) o
                         where o.option_name = 'security_invoker'), false)
     ) as view(as_invoker)
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and """
    + _SCHEMAS
)

HELD: LiteralString = (
    _ROLES
    + """
    select n.nspname::text, c.relname::text, role.name,
           array(select p.name from pg_catalog.unnest(%(privileges)s::text[]) as p(name)
                  where pg_catalog.has_table_privilege(role.oid, c.oid, p.name)),
           role.oid <> 0 and pg_catalog.pg_has_role(role.oid, c.relowner, 'usage')
      from role
     cross join pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and """
    + _SCHEMAS
)

HELD_BY_COLUMN: LiteralString = (
    _ROLES
    + """
    select n.nspname::text, c.relname::text, role.name, p.name, pg_catalog.array_agg(a.attname::text)
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     cross join role
     cross join pg_catalog.unnest(array['select', 'insert', 'update', 'references']) as p(name)
     where a.attacl is not null and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and pg_catalog.has_column_privilege(role.oid, c.oid, a.attnum, p.name) and """
    + _SCHEMAS
    + " group by 1, 2, 3, 4"
)

POLICIES: LiteralString = (
    _ROLES
    + """
    select p.oid, n.nspname::text, c.relname::text, p.polname::text, p.polcmd::text, p.polpermissive,
           array(select role.name from role
                  where 0 = any (p.polroles)
                     or role.oid <> 0 and exists (select from pg_catalog.unnest(p.polroles) as g(oid)
                                                   where pg_catalog.pg_has_role(role.oid, g.oid, 'usage'))),
           pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
      from pg_catalog.pg_policy p
      join pg_catalog.pg_class c on c.oid = p.polrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
"""
)

# A policy's own table is known to it, as a view's own columns are.
ASKED: LiteralString = """
    with asking(class, object, self, schema, name, kind) as materialized (
      select 'pg_catalog.pg_policy'::pg_catalog.regclass::oid, p.oid, p.polrelid, '', '', 'policy'
        from pg_catalog.pg_policy p
      union all
      select 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid, w.oid, w.ev_class, n.nspname::text, c.relname::text,
             'view'
        from pg_catalog.pg_rewrite w
        join pg_catalog.pg_class c on c.oid = w.ev_class and c.relkind = 'v'
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where w.rulename = '_RETURN'
      union all
      select 'pg_catalog.pg_proc'::pg_catalog.regclass::oid, p.oid, 0::oid, '', '', 'routine'
        from pg_catalog.pg_proc p where p.prosqlbody is not null
    )
    select q.kind, q.object, q.schema, q.name, n.nspname::text, c.relname::text,
           coalesce(pg_catalog.array_agg(a.attname::text) filter (where a.attname is not null), array[]::text[])
      from asking q
      join pg_catalog.pg_depend d on d.classid = q.class and d.objid = q.object
       and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> q.self
      join pg_catalog.pg_class c on c.oid = d.refobjid and c.relkind in ('r', 'p', 'v', 'm', 'f')
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid and d.refobjsubid > 0
     where n.nspname !~ '^pg_'
     group by 1, 2, 3, 4, 5, 6
"""

CALLED: LiteralString = """
    select 'policy', d.objid, '', '', d.refobjid
      from pg_catalog.pg_depend d
     where d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
       and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    union
    select 'view', d.objid, n.nspname::text, c.relname::text, d.refobjid
      from pg_catalog.pg_depend d
      join pg_catalog.pg_rewrite w on w.oid = d.objid and w.rulename = '_RETURN'
      join pg_catalog.pg_class c on c.oid = w.ev_class and c.relkind = 'v'
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
       and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
"""

FIRED: LiteralString = """
    select n.nspname::text, c.relname::text, t.tgfoid, t.tgtype::integer
      from pg_catalog.pg_trigger t
      join pg_catalog.pg_class c on c.oid = t.tgrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where not t.tgisinternal and t.tgenabled <> 'D'
"""

ROUTINES: LiteralString = (
    _ROLES
    + """
    select p.oid, n.nspname::text, p.proname::text,
           array(select pg_catalog.format_type(t.type, null)
                   from pg_catalog.unnest(p.proargtypes) with ordinality as t(type, place) order by t.place),
           owner.rolname::text,
           case when p.prorettype in ('pg_catalog.trigger'::pg_catalog.regtype,
                                      'pg_catalog.event_trigger'::pg_catalog.regtype) then 'trigger function'
                when p.prokind = 'p' then 'procedure' else 'function' end,
           p.prosecdef,
           pg_catalog.md5(pg_catalog.concat_ws(' ', p.prosrc, pg_catalog.pg_get_function_sqlbody(p.oid),
                                               p.proconfig::text, p.prolang::text, p.provolatile)),
           case when p.prosqlbody is null then p.prosrc else '' end,
           array(select role.name from role where pg_catalog.has_function_privilege(role.oid, p.oid, 'execute')),
           array(select role.name from role
                  where role.oid <> 0 and pg_catalog.pg_has_role(role.oid, p.proowner, 'usage')),
           (select e.extname::text
              from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid
             where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid
               and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and """
    + OF_AN_EXTENSION
    + """)
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      join pg_catalog.pg_roles owner on owner.oid = p.proowner
     where """
    + _SCHEMAS
)

OTHERS: LiteralString = (
    _ROLES
    + """
    select 'schema', n.nspname::text, '', role.name,
           array_remove(array[
             case when pg_catalog.has_schema_privilege(role.oid, n.oid, 'usage') then 'usage' end,
             case when pg_catalog.has_schema_privilege(role.oid, n.oid, 'create') then 'create' end,
             case when role.oid <> 0 and pg_catalog.pg_has_role(role.oid, n.nspowner, 'usage') then 'own' end], null)
      from pg_catalog.pg_namespace n cross join role where """
    + _SCHEMAS
    + """
    union all
    select 'sequence', c.relname::text, n.nspname::text, role.name,
           array_remove(array[
             case when pg_catalog.has_sequence_privilege(role.oid, c.oid, 'usage') then 'usage' end,
             case when pg_catalog.has_sequence_privilege(role.oid, c.oid, 'select') then 'select' end,
             case when pg_catalog.has_sequence_privilege(role.oid, c.oid, 'update') then 'update' end], null)
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     cross join role where c.relkind = 'S' and """
    + _SCHEMAS
    + """
    union all
    select 'database', 'itself', '', role.name,
           array_remove(array[
             case when pg_catalog.has_database_privilege(role.oid, d.oid, 'connect') then 'connect' end,
             case when pg_catalog.has_database_privilege(role.oid, d.oid, 'create') then 'create' end,
             case when pg_catalog.has_database_privilege(role.oid, d.oid, 'temporary') then 'temporary' end], null)
      from pg_catalog.pg_database d cross join role where d.datname = pg_catalog.current_database()
    union all
    select case d.defaclobjtype when 'r' then 'new tables' when 'S' then 'new sequences' when 'f' then 'new functions'
             when 'T' then 'new types' else 'new schemas' end,
           coalesce('in ' || n.nspname::text || ', ', '') || 'made by ' || owner.rolname::text, '', role.name,
           pg_catalog.array_agg(distinct pg_catalog.lower(x.privilege_type))
      from pg_catalog.pg_default_acl d
      join pg_catalog.pg_roles owner on owner.oid = d.defaclrole
      left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
     cross join lateral pg_catalog.aclexplode(d.defaclacl) x
      join role on x.grantee = 0 or (role.oid <> 0 and pg_catalog.pg_has_role(role.oid, x.grantee, 'usage'))
     where x.grantee <> d.defaclrole and d.defaclobjtype in ('r', 'S', 'f', 'T', 'n')
     group by 1, 2, 4
"""
)

BUCKETS_THERE: LiteralString = """
    select pg_catalog.has_schema_privilege(n.oid, 'usage') and pg_catalog.has_table_privilege(c.oid, 'select')
           and not pg_catalog.row_security_active(c.oid)
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'storage' and c.relname = 'buckets' and c.relkind in ('r', 'p')
"""
"""No row: there are none; false: this role is not shown them."""

BUCKETS: LiteralString = "select b.id::text, b.public from storage.buckets b"

-- What roles may do whatever is granted to them, and whom they may become.
select
  r.rolname as name,
  r.rolsuper as superuser,
  r.rolcreaterole as createrole,
  r.rolcreatedb as createdb,
  r.rolcanlogin as login,
  r.rolreplication as replication,
  r.rolbypassrls as bypassrls,
  r.rolinherit as inherit,
  r.rolconnlimit as connection_limit,
  coalesce(r.rolvaliduntil < 'infinity', false) as password_ends,
  coalesce(r.rolconfig, '{}') as settings,
  array(
    select kept.setting
    from pg_catalog.pg_db_role_setting as s
    cross join lateral pg_catalog.unnest(s.setconfig) as kept (setting)
    where s.setrole = r.oid and s.setdatabase <> 0
    order by kept.setting collate "C"
  ) as settings_in_databases,
  array(
    select g.rolname::text
    from pg_catalog.pg_auth_members as m
    join pg_catalog.pg_roles as g on g.oid = m.roleid
    where m.member = r.oid
    order by g.rolname collate "C"
  ) as member_of,
  array(
    select g.rolname::text
    from pg_catalog.pg_auth_members as m
    join pg_catalog.pg_roles as g on g.oid = m.roleid
    where m.member = r.oid and pg_catalog.pg_has_role(r.oid, g.oid, 'USAGE')
    order by g.rolname collate "C"
  ) as inherits_from,
  -- Who may act as it, or hand it on: but for superusers, and for those who may become the role that deploys.
  array(
    select distinct h.rolname::text
    from pg_catalog.pg_auth_members as m
    join pg_catalog.pg_roles as h on h.oid = m.member
    where m.roleid = r.oid and not h.rolsuper
      and not exists (
        select from pg_catalog.pg_namespace as n
        where n.nspname = 'supaschema' and pg_catalog.pg_has_role(h.oid, n.nspowner, 'MEMBER')
      )
    order by 1
  ) as members
from pg_catalog.pg_roles as r
where r.rolname = any (%(roles)s)

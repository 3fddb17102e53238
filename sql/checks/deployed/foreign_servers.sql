-- Foreign servers, each with its wrapper, its options, and the roles that may use it in effect.
select
  s.srvname as name,
  w.fdwname as wrapper,
  s.srvtype as type,
  s.srvversion as version,
  coalesce(s.srvoptions, '{}') as options,
  array(
    select r.name from unnest(%(roles)s::name[]) as r (name)
    where (r.name = 'public' or r.name in (select rolname from pg_catalog.pg_roles))
      and pg_catalog.has_server_privilege(r.name, s.oid, 'USAGE')
    order by r.name
  ) as users
from pg_catalog.pg_foreign_server as s
join pg_catalog.pg_foreign_data_wrapper as w on w.oid = s.srvfdw

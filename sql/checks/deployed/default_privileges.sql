-- What roles are given of objects that a role makes later, a row each; PUBLIC is "public". Without a schema: wherever.
select
  r.rolname as role,
  coalesce(n.nspname, '') as schema,
  case d.defaclobjtype
    when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
    when 'n' then 'schemas' else 'large_objects'
  end as objects,
  coalesce(g.rolname, 'public') as grantee,
  array_agg(x.privilege_type order by x.privilege_type) as privileges
from pg_catalog.pg_default_acl as d
join pg_catalog.pg_roles as r on r.oid = d.defaclrole
left join pg_catalog.pg_namespace as n on n.oid = d.defaclnamespace
cross join lateral pg_catalog.aclexplode(d.defaclacl) as x
left join pg_catalog.pg_roles as g on g.oid = x.grantee
where x.grantee <> d.defaclrole
group by r.rolname, n.nspname, d.defaclobjtype, g.rolname
union all
-- Without a row of its own what the server gives is given.
select r.rolname, '', u.objects, 'public', array[u.privilege]
from pg_catalog.pg_roles as r
cross join (values ('functions', 'f', 'EXECUTE'), ('types', 'T', 'USAGE')) as u (objects, kind, privilege)
where not exists (
  select from pg_catalog.pg_default_acl as d
  where d.defaclrole = r.oid and d.defaclnamespace = 0 and d.defaclobjtype = u.kind::"char"
)

-- Who is a member of whom, whoever granted it; what the server gives whoever made a role, to hand it on, is left out.
with granted as (
  select
    m.roleid,
    m.member,
    m.admin_option as admin,
    (to_jsonb(m) ->> 'inherit_option')::boolean as inherit,
    coalesce((to_jsonb(m) ->> 'set_option')::boolean, true) as may_set,
    m.grantor = 10 as by_server
  from pg_catalog.pg_auth_members as m
)
select
  r.rolname as role,
  h.rolname as member,
  bool_or(g.admin) as admin,
  bool_or(g.inherit) as inherit,
  bool_or(g.may_set) as may_set
from granted as g
join pg_catalog.pg_roles as r on r.oid = g.roleid
join pg_catalog.pg_roles as h on h.oid = g.member
where not (g.by_server and g.admin and not g.may_set and g.inherit is false)
group by r.rolname, h.rolname

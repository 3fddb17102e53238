-- Every role with what it may whatever is granted to it, but for the right to log in, which stands beside.
select
  r.rolname as name,
  r.rolcanlogin as login,
  r.rolinherit as inherit,
  r.rolbypassrls as bypass_rls,
  concat_ws(
    ', ',
    case when r.rolsuper then 'superuser' end,
    case when r.rolcreaterole then 'createrole' end,
    case when r.rolcreatedb then 'createdb' end,
    case when r.rolreplication then 'replication' end
  ) as rights
from pg_catalog.pg_roles as r

-- The ledger: what was declared of each object, and how the server spelled it after it was deployed.
select
  o.object,
  o.urn,
  o.declared_hash as hash,
  o.spelling,
  o.server_major as major,
  (select pg_catalog.pg_get_userbyid(n.nspowner) from pg_catalog.pg_namespace as n where n.nspname = 'supaschema')
    as owner,
  -- Of the server's identifier only where this role may ask for it.
  exists (
    select from supaschema.identity as i
    join pg_catalog.pg_database as d on d.oid = i.database_oid
    where d.datname = pg_catalog.current_database()
      and coalesce(
        nullif(i.system_identifier, 'None') = case
          when pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'execute')
            then (select s.system_identifier::text from pg_catalog.pg_control_system() as s)
        end,
        true
      )
  ) as of_this_database
from supaschema.recorded as o

-- What the checks in findings/ need to know; run it before them, in the same session:
--   psql -f sql/checks/scope.sql -f sql/checks/findings/row_security_off.sql
-- Names without a schema are then spelled with it, which the checks rely on.
set search_path = '';

-- The schemas that the API offers, separated by commas alone.
set checks.exposed_schemas = 'public';

-- How schemas are called that are the platform's or this tool's business. Those in the database which others own are
-- told apart below (`checks.platform_schemas`): whoever may make schemas calls one as they like.
set checks.platform_names =
  '^(pg_.*|_.*|auth|cron|extensions|graphql.*|information_schema|net|pgbouncer|pgmq.*|realtime|storage|supabase_.*|supaschema.*|vault)$';

-- How the server spells a sub-select that reads no table: it runs once a statement. Up to five parentheses deep.
set checks.constant_select =
  '[(] SELECT (?:(?![[:space:]]FROM[[:space:]])[^()]|[(](?:[^()]|[(](?:[^()]|[(](?:[^()]|[(][^()]*[)])*[)])*[)])*[)])*[)]';

-- Roles that gain nothing by what they own: superusers, the role that deploys (the ledger's owner; else the database's)
-- and those that may become it, the platform's, and those whose rights it inherits by grants of such or of the
-- database's owner, but for the server's own and those that the API may act as. Of the last kind a login is somebody:
-- what it owns may be built upon, but not run. Of an extension is what its script made, as a superuser or as whoever
-- deploys: whoever owns an extension may add to it what they own.
with recursive viewer as (
  select
    coalesce((select n.nspowner from pg_catalog.pg_namespace as n where n.nspname = 'supaschema'), d.datdba) as oid,
    d.datdba
  from pg_catalog.pg_database as d
  where d.datname = current_database()
), acting as (
  select r.oid
  from viewer as v
  cross join pg_catalog.pg_roles as r
  where r.rolsuper or pg_has_role(
    r.oid,
    v.oid,
    -- From 16 on a membership may be one in name only.
    case
      when current_setting('server_version_num')::integer >= 160000 then 'usage, set, usage with admin option'
      else 'member'
    end
  )
), inherited (oid) as (
  select v.oid from viewer as v
  union
  select m.roleid
  from inherited as i
  join pg_catalog.pg_auth_members as m on m.member = i.oid
  join pg_catalog.pg_roles as r on r.oid = m.member
  where (m.grantor in (select a.oid from acting as a) or m.grantor = (select v.datdba from viewer as v))
    and coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, r.rolinherit)
), role as (
  select
    r.oid,
    r.rolname,
    r.rolcanlogin and r.oid <> v.datdba as is_login,
    r.oid = v.datdba or r.rolname = 'pg_database_owner' as is_database_owner,
    r.oid in (v.oid, v.datdba) as is_deploying,
    r.rolsuper or r.oid in (v.oid, v.datdba) or r.rolname = current_user as makes_extensions,
    r.oid in (select a.oid from acting as a) as is_acting,
    r.rolname in (
      'supabase_auth_admin', 'supabase_functions_admin', 'supabase_realtime_admin', 'supabase_storage_admin'
    ) and exists (select from pg_catalog.pg_roles as s where s.rolname = 'supabase_admin' and s.rolsuper) as is_platforms,
    r.oid in (select i.oid from inherited as i) and r.rolname !~ '^pg_'
    and not (select s.rolsuper from pg_catalog.pg_roles as s where s.oid = v.oid)
    and not exists (
      select from pg_catalog.pg_roles as a
      where a.rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
        and pg_has_role(a.oid, r.oid, 'member')
    ) as is_inherited
  from viewer as v
  cross join pg_catalog.pg_roles as r
)
select
  set_config('checks.deploying', (select v.oid::regrole::text from viewer as v), false) as deploying,
  set_config('checks.trusted_owners', array_agg(r.oid) filter (
    where r.is_acting or r.is_platforms or r.is_database_owner or r.is_inherited
  )::text, false) as trusted_owners,
  set_config('checks.trusted_code', array_agg(r.oid) filter (
    where r.is_acting or r.is_platforms or (r.is_inherited and not r.is_login)
  )::text, false) as trusted_code,
  set_config('checks.extension_makers', array_agg(r.oid) filter (where r.makes_extensions)::text, false)
    as extension_makers,
  set_config('checks.platform_schemas', '^(pg_.*|information_schema' || coalesce((
    select string_agg('|' || regexp_replace(n.nspname, '([^[:alnum:]_])', '\\\1', 'g'), '' order by n.nspname)
    from pg_catalog.pg_namespace as n
    join role as o on o.oid = n.nspowner
    where n.nspname ~ current_setting('checks.platform_names')
      and (o.is_acting or o.is_platforms or o.is_database_owner or (n.nspname, o.rolname) = ('pgbouncer', 'pgbouncer'))
      -- Of those that begin with an underscore the platform has others than we know.
      and (n.nspname !~ '^_' or not o.is_deploying)
  ), '') || ')$', false) as platform_schemas
from role as r;

-- Platform schemas of one database: who owns them and who may look inside.
-- Run by `supabase_admin` in the database itself; running it again changes nothing.

create schema if not exists auth authorization supabase_admin;
create schema if not exists storage authorization supabase_admin;
create schema if not exists vault authorization supabase_admin;
create schema if not exists cron authorization supabase_admin;
create schema if not exists extensions authorization postgres;

-- Holds what only this stand-in needs (the guard); a hosted project has no such schema.
create schema if not exists _platform authorization supabase_admin;

grant usage on schema public to postgres, anon, authenticated, service_role;
grant usage on schema extensions to anon, authenticated, service_role;
grant all on schema extensions to dashboard_user;

grant usage on schema auth to postgres, anon, authenticated, service_role;
grant all on schema auth to supabase_auth_admin, dashboard_user;

grant usage on schema storage to postgres with grant option;
grant usage on schema storage to anon, authenticated, service_role;
grant all on schema storage to supabase_storage_admin, dashboard_user;

grant usage on schema vault to postgres with grant option;
grant usage on schema vault to service_role;

grant usage on schema cron to postgres with grant option;

-- What the platform's own roles create in its schemas.
alter default privileges for role supabase_auth_admin in schema auth
  grant all on tables to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth
  grant all on sequences to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth
  grant all on functions to postgres, dashboard_user;
alter default privileges for role supabase_admin in schema extensions
  grant all on tables to postgres with grant option;
alter default privileges for role supabase_admin in schema extensions
  grant all on sequences to postgres with grant option;
alter default privileges for role supabase_admin in schema extensions
  grant all on functions to postgres with grant option;
alter default privileges for role supabase_admin in schema cron
  grant all on tables to postgres with grant option;
alter default privileges for role supabase_admin in schema cron
  grant all on sequences to postgres with grant option;
alter default privileges for role supabase_admin in schema cron
  grant all on functions to postgres with grant option;

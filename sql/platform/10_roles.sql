-- Roles of a Supabase project, once per cluster (several databases share them).
-- Run by the bootstrap superuser `supabase_admin`; running it again changes nothing.
-- Passwords are not here: the installer sets the one of `postgres`, the other logins have none.

do $$
declare
  wanted record;
begin
  for wanted in
    select *
    from (values
      ('postgres',                   'nosuperuser createdb createrole login replication bypassrls inherit'),
      ('anon',                       'nologin inherit'),
      ('authenticated',              'nologin inherit'),
      ('service_role',               'nologin bypassrls inherit'),
      ('authenticator',              'login noinherit'),
      ('supabase_auth_admin',        'login noinherit'),
      ('supabase_storage_admin',     'login noinherit createrole'),
      ('supabase_realtime_admin',    'nologin noinherit'),
      ('supabase_functions_admin',   'login noinherit createrole'),
      ('supabase_replication_admin', 'login replication'),
      ('supabase_etl_admin',         'login replication'),
      ('supabase_read_only_user',    'login bypassrls'),
      ('supabase_privileged_role',   'nologin'),
      ('dashboard_user',             'nologin createdb createrole replication'),
      ('pgbouncer',                  'login'),
      ('cli_login_postgres',         'nologin noinherit')
    ) as role (name, attributes)
  loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
      execute format('create role %I', wanted.name);
    end if;
    execute format('alter role %I with %s', wanted.name, wanted.attributes);
  end loop;
end
$$;

-- Who may become whom.
grant anon, authenticated, service_role to authenticator;
grant authenticator to supabase_storage_admin;
grant pg_read_all_data to supabase_read_only_user;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
grant supabase_privileged_role to postgres, supabase_etl_admin;
grant postgres to cli_login_postgres;

-- `postgres` hands out the API roles: from 16 on that needs the admin option, on 15 CREATEROLE is enough.
-- It inherits from the two owners below only so that policies and triggers on their tables work, which the
-- platform allows by other means; the guard (80_guard.sql) refuses everything else. `set false` keeps
-- `set role` refused; 15 has no such option.
do $$
begin
  if current_setting('server_version_num')::int >= 160000 then
    grant anon, authenticated, service_role to postgres with admin option;
    execute 'grant supabase_auth_admin, supabase_storage_admin to postgres with inherit true, set false';
  else
    grant anon, authenticated, service_role to postgres;
    grant supabase_auth_admin, supabase_storage_admin to postgres;
  end if;
end
$$;

-- Settings that a role brings along.
alter role postgres set search_path to "$user", public, extensions;
alter role supabase_auth_admin set search_path to auth;
alter role supabase_storage_admin set search_path to storage;
alter role anon set statement_timeout to '3s';
alter role authenticated set statement_timeout to '8s';
alter role authenticator set statement_timeout to '8s';
alter role authenticator set lock_timeout to '8s';

-- Superuser settings that the platform lets `postgres` change.
grant set on parameter
  session_replication_role, log_min_messages, log_min_duration_statement, log_statement, log_parameter_max_length
  to postgres;

-- The platform's refusal of DDL in schemas auth and storage.
-- A hosted project refuses because `postgres` owns nothing there, and lets policies and triggers through by an
-- extension. Here `postgres` inherits from the owners and these event triggers refuse the rest, with the
-- same error code. Superusers and the services' own logins pass.
-- The functions run as their owner, so that any role's DDL can call them; who acts is `session_user`.

create or replace function _platform.is_exempt() returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select session_user in ('supabase_auth_admin', 'supabase_storage_admin')
    or exists (select from pg_catalog.pg_roles where rolname = session_user and rolsuper)
$$;

-- Rules carry no schema of their own, only the name of their table.
create or replace function _platform.is_guarded(object_type text, schema_name text, object_identity text)
returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when object_type in ('policy', 'trigger') then false
    when object_type = 'schema' then object_identity in ('auth', 'storage')
    when object_type = 'rule' then object_identity ~ ' on (auth|storage)\.'
    else coalesce(schema_name in ('auth', 'storage'), false)
  end
$$;

-- PostgreSQL names the object without its schema in this message.
create or replace function _platform.short_name(object_identity text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select regexp_replace(object_identity, '^(auth|storage)\.', '')
$$;

create or replace function _platform.refuse_ddl() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  command record;
begin
  if _platform.is_exempt() then
    return;
  end if;
  for command in select * from pg_catalog.pg_event_trigger_ddl_commands() loop
    if _platform.is_guarded(command.object_type, command.schema_name, command.object_identity) then
      if command.command_tag ~ '^(CREATE|SELECT INTO)' and command.object_type not in ('index', 'rule') then
        raise exception 'permission denied for schema %', command.schema_name using errcode = '42501';
      end if;
      raise exception 'must be owner of % %', command.object_type, _platform.short_name(command.object_identity)
        using errcode = '42501';
    end if;
  end loop;
end
$$;

create or replace function _platform.refuse_drop() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  dropped record;
begin
  if _platform.is_exempt() then
    return;
  end if;
  for dropped in select * from pg_catalog.pg_event_trigger_dropped_objects() loop
    if _platform.is_guarded(dropped.object_type, dropped.schema_name, dropped.object_identity) then
      raise exception 'must be owner of % %', dropped.object_type, _platform.short_name(dropped.object_identity)
        using errcode = '42501';
    end if;
  end loop;
end
$$;

drop event trigger if exists platform_guard_ddl;
drop event trigger if exists platform_guard_drop;
create event trigger platform_guard_ddl on ddl_command_end execute function _platform.refuse_ddl();
create event trigger platform_guard_drop on sql_drop execute function _platform.refuse_drop();

-- `postgres` may set session_replication_role; the guard must hold under it too.
alter event trigger platform_guard_ddl enable always;
alter event trigger platform_guard_drop enable always;

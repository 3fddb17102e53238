-- The ledger: what is managed in this database, by whom, what was there before, and what was done.
-- Private: no role but its owner gets any privilege, unless the owner grants it. Written in the transaction of the
-- statements it speaks of. Run again where the version below is newer than the ledger's: every statement may be repeated.
-- Every function names pg_temp, and last: where a path leaves it out, temporary types and relations are found first, and
-- whoever calls may have made some in the place of the server's own.
create schema if not exists supaschema;
revoke all on schema supaschema from public;
comment on schema supaschema is 'The ledger of supaschema, version 10.';

-- Which database this ledger speaks of; a restored or cloned database has another identity.
create table if not exists supaschema.identity (
  singleton boolean primary key default true check (singleton),
  system_identifier text,
  database_oid bigint not null
);

-- One row per catalog object that a resource declares.
create table if not exists supaschema.objects (
  object text primary key,            -- its address: ["kind", "part", ...]
  urn text not null,                  -- the resource that declares it
  made boolean not null,              -- false: it was there before, and `before` holds what it was
  before jsonb,
  declared_hash text,                 -- of the declared definition
  spelling jsonb,                     -- the server's own spelling of it after the last apply
  server_major integer not null,      -- spellings are compared within one major version
  recorded_at timestamptz not null default now(),
  generation bigint not null default 0,  -- how often its resource was made, as its outputs say; 0: before version 4
  former jsonb,                       -- what it was called before it was renamed: [{"object": address, "spoken": ...}]
  labels jsonb                        -- of an enum type, renames of its labels: [{"former": ..., "later": ..., "at": ...}]
);
create index if not exists objects_urn on supaschema.objects (urn);

-- What was run.
create table if not exists supaschema.history (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  urn text not null,
  actor text not null default session_user,
  statement text not null,
  seconds double precision not null
);

-- What a role that only reads is told of it. Texts of what was there before may hold keys. Of what is a resource as a
-- whole nothing is told, for no preview needs it; of other texts their hash, by which a live one is known again.
create or replace view supaschema.recorded with (security_barrier) as
select
  o.object, o.urn, o.made, o.declared_hash, o.spelling, o.server_major, o.recorded_at,
  case
    when o.object::pg_catalog.jsonb ->> 0 in ('cron_job', 'function', 'trigger', 'view') then null
    when o.before is not null then coalesce((
      select pg_catalog.jsonb_object_agg(
               part.key,
               case
                 when part.key in ('default', 'generated', 'expression', 'using', 'check', 'where', 'comment')
                   and pg_catalog.jsonb_typeof(part.value) = 'string'
                   and not pg_catalog.starts_with(part.value #>> '{}', 'supaschema:sealed:')
                   then pg_catalog.to_jsonb('supaschema:untold:' || salt.salt || ':' || pg_catalog.encode(
                     pg_catalog.sha256(pg_catalog.convert_to(salt.salt || (part.value #>> '{}'), 'UTF8')), 'hex'))
                 else part.value
               end)
        from pg_catalog.jsonb_each(o.before) as part
       where part.key <> 'text'), '{}')
  end as before,
  o.generation,
  o.former,
  o.labels
from supaschema.objects as o
cross join lateral (select pg_catalog.md5(o.object)) as salt (salt);
comment on view supaschema.recorded is 'The ledger without the texts of what was there before.';

-- An earlier version let others read both tables. Who could read the first may read what is told of it.
do $told$
declare
  reader text;
begin
  for reader in
    select distinct case when g.grantee = 0 then 'public' else pg_catalog.quote_ident(r.rolname) end
      from pg_catalog.pg_class as c
     cross join pg_catalog.aclexplode(c.relacl) as g
      left join pg_catalog.pg_roles as r on r.oid = g.grantee
     where c.oid in ('supaschema.objects'::regclass, 'supaschema.history'::regclass)
       and g.grantee <> c.relowner and g.privilege_type = 'SELECT'
  loop
    execute pg_catalog.format('revoke all on supaschema.objects, supaschema.history from %s', reader);
    execute pg_catalog.format('grant select on supaschema.recorded to %s', reader);
  end loop;
end
$told$;

-- Back-fills that are complete.
create table if not exists supaschema.backfills (
  relation text,
  name text,
  definition jsonb not null,
  rows bigint not null default 0,
  completed_at timestamptz not null default now(),
  primary key (relation, name)
);

-- Statements of programs' authors that were run, or were found to be applied; the check in it tells whether they still are.
create table if not exists supaschema.statements (
  name text primary key,
  definition jsonb not null,
  recorded_at timestamptz not null default now()
);

-- What drops kept aside.
create schema if not exists supaschema_archive;
revoke all on schema supaschema_archive from public;

create table if not exists supaschema_archive.tables (
  relation text primary key,
  kept_as text not null,
  kept_at timestamptz not null default now(),
  types jsonb                         -- by column the type that it had, where the archive keeps its values as another
);

-- Values of dropped columns, a row for each row of their table.
create table if not exists supaschema_archive.column_values (
  relation text,
  key text,                           -- the primary key's text; of several columns: a JSON array of their texts
  column_values jsonb not null,       -- by column the value's text, or null; what is not here is the column's default
  kept_at timestamptz not null default now(),
  primary key (relation, key)
);

-- The dropped columns of which values are kept.
create table if not exists supaschema_archive.columns (
  relation text,
  column_name text,
  kept_at timestamptz not null default now(),
  added text,                         -- it is there again, its values not yet all: what it was added with
  primary key (relation, column_name),
  check (added in ('null', 'default'))
);

create or replace function supaschema.forget(kept_relation text, kept_columns text[]) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  delete from supaschema_archive.columns as c where c.relation = kept_relation and c.column_name = any (kept_columns);
  delete from supaschema_archive.column_values as v
   where v.relation = kept_relation and v.column_values - kept_columns = '{}';
  update supaschema_archive.column_values as v set column_values = v.column_values - kept_columns
   where v.relation = kept_relation and v.column_values ?| kept_columns;
$$;
comment on function supaschema.forget(text, text[]) is 'Takes columns and their values out of the archive.';

-- One that has no label of the type in the end is left out: what the archive holds is told as it is then.
create or replace function supaschema.later_labels(of_type regtype, since timestamptz) returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  enum_type constant oid := (
    with recursive beneath(type, arrays) as (
      select of_type::oid, 0
      union all
      select case t.typtype when 'd' then t.typbasetype else t.typelem end, b.arrays + (t.typtype <> 'd')::integer
        from beneath b
        join pg_type t on t.oid = b.type and (t.typtype = 'd' or (t.typcategory = 'A' and t.typelem <> 0))
    )
    select b.type from beneath b join pg_type t on t.oid = b.type and t.typtype = 'e' where b.arrays < 2);
  found jsonb := '{}';
  step jsonb;
begin
  for step in
    select l.step
      from pg_type t
      join pg_namespace n on n.oid = t.typnamespace
      join supaschema.objects o on o.object::jsonb = jsonb_build_array('enum_type', n.nspname, t.typname)
     cross join jsonb_array_elements(o.labels) with ordinality l(step, place)
     where t.oid = enum_type and (l.step ->> 'at')::timestamptz > since
     order by l.place
  loop
    found := coalesce((
      select jsonb_object_agg(f.key, case f.value when step ->> 'former' then step ->> 'later' else f.value end)
        from jsonb_each_text(found) f), '{}');
    if not found ? (step ->> 'former') then
      found := found || jsonb_build_object(step ->> 'former', step ->> 'later');
    end if;
  end loop;
  return coalesce((
    select jsonb_object_agg(f.key, f.value)
      from jsonb_each_text(found) f
      join pg_enum e on e.enumtypid = enum_type and e.enumlabel = f.value), '{}');
end
$$;
comment on function supaschema.later_labels(regtype, timestamptz) is
  'Gives the labels of an enum type, or of a domain or an array upon it, that were renamed since, each with its name now.';

create or replace function supaschema.relabelled(value text, labels jsonb, is_array boolean) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
           when not is_array then coalesce(labels ->> value, value)
           when array_ndims(value::text[]) = 1 and array_lower(value::text[], 1) = 1 then (
             select array_agg(coalesce(labels ->> e.label, e.label) order by e.place)::text
               from unnest(value::text[]) with ordinality e(label, place))
           else value
         end;
$$;
comment on function supaschema.relabelled(text, jsonb, boolean) is
  'Gives the text of a value with the names that its labels have now.';

create or replace function supaschema.restored_value(target regclass, name text, added text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  -- A row that somebody wrote since the column is there again keeps what it has.
  select format(
           '%1$I = case when kept.column_values ? %2$L and %3$s'
           ' then %5$s::%4$s else row_.%1$I end',
           a.attname, a.attname,
           case when added = 'null' then format('row_.%I is not distinct from null', a.attname)
                when a.atthasmissing then
                  -- Both through the type, for a type may have casts of its own to text.
                  format('row_.%I::text is not distinct from (%L::%s)::text', a.attname,
                    (a.attmissingval::text::text[])[1], format_type(a.atttypid, a.atttypmod))
                else 'true' end,
           format_type(a.atttypid, a.atttypmod),
           case when l.labels = '{}' then format('(kept.column_values ->> %L)', a.attname)
                else format('supaschema.relabelled(kept.column_values ->> %L, %L, %L)', a.attname, l.labels,
                  (select t.typcategory = 'A' from pg_type t where t.oid = a.atttypid)) end)
    from pg_attribute a
    join pg_class r on r.oid = a.attrelid
    join pg_namespace n on n.oid = r.relnamespace
    left join supaschema_archive.columns c on c.relation = n.nspname || '.' || r.relname and c.column_name = a.attname
   cross join supaschema.later_labels(a.atttypid, c.kept_at) as l(labels)
   where a.attrelid = target and a.attname = name and not a.attisdropped;
$$;
comment on function supaschema.restored_value(regclass, text, text) is
  'Gives the assignment that puts a kept value into a column.';

create or replace function supaschema.key_matches(target regclass) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(
           format('row_.%I = %s::%s', a.attname,
             case when cardinality(c.conkey) = 1 then 'kept.key' else format('(kept.key::jsonb ->> %s)', k.place - 1) end,
             format_type(a.atttypid, a.atttypmod)), ' and ')
    from pg_constraint c
   cross join unnest(c.conkey) with ordinality k(attnum, place)
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum
   where c.conrelid = target and c.contype = 'p';
$$;
comment on function supaschema.key_matches(regclass) is 'Gives the condition that a row is the one a kept key names.';

-- No trigger fires: nothing happens to the rows that their owner would call a change. To disable triggers keeps other
-- writers out, not readers, until the transaction ends: one batch. The joins that are switched off read whole tables.
create or replace function supaschema.put_back(target regclass, wanted text[], after text, size integer)
returns table (last_key text, rows bigint)
language plpgsql set search_path = pg_catalog, pg_temp set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  kept_relation constant text := (
    select n.nspname || '.' || c.relname
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = target);
  assignments text;
  disabling text;
  enabling text;
begin
  rows := 0;
  select array_agg(c.column_name), string_agg(a.text, ', ')
    into wanted, assignments
    from supaschema_archive.columns c
   cross join supaschema.restored_value(target, c.column_name, c.added) as a(text)
   where c.relation = kept_relation and c.column_name = any (wanted) and c.added is not null and a.text is not null;
  select max(batch.key) into last_key
    from (select v.key from supaschema_archive.column_values v
           where v.relation = kept_relation and (after is null or v.key > after) and wanted is not null
           order by v.key limit size) batch;
  if last_key is null then
    delete from supaschema_archive.columns c where c.relation = kept_relation and c.column_name = any (wanted);
    return next;
    return;
  end if;

  select format('alter table %s ', target) || string_agg(format('disable trigger %I', t.tgname), ', '),
         format('alter table %s ', target) || string_agg(
           format(case t.tgenabled when 'A' then 'enable always trigger %I' else 'enable trigger %I' end, t.tgname), ', ')
    into disabling, enabling
    from pg_trigger t
   where t.tgrelid = target and not t.tgisinternal and t.tgenabled in ('O', 'A');
  if disabling is not null then
    execute disabling;
  end if;
  execute format(
    'update %s as row_ set %s from supaschema_archive.column_values as kept'
    ' where kept.relation = $1 and ($2 is null or kept.key > $2) and kept.key <= $3'
    ' and kept.column_values ?| $4 and %s', target, assignments, supaschema.key_matches(target))
    using kept_relation, after, last_key, wanted;
  get diagnostics rows = row_count;
  delete from supaschema_archive.column_values v
   where v.relation = kept_relation and (after is null or v.key > after) and v.key <= last_key
     and v.column_values - wanted = '{}';
  update supaschema_archive.column_values v set column_values = v.column_values - wanted
   where v.relation = kept_relation and (after is null or v.key > after) and v.key <= last_key
     and v.column_values ?| wanted;
  if enabling is not null then
    execute enabling;
  end if;
  return next;
end
$$;
comment on function supaschema.put_back(regclass, text[], text, integer) is
  'Puts the next kept values back into columns that are there again; gives the last key, null at the end.';

-- Somebody else's table of a platform's name could run, by a policy or a cast of a column's type, what they wrote.
create or replace function supaschema.is_the_platforms(schema_name text, table_name text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(bool_and(
           o.rolsuper or o.oid = d.datdba or o.oid = me.oid or not me.rolsuper and pg_has_role(me.oid, o.oid, 'usage')
             and o.rolname not in ('anon', 'authenticated', 'service_role', 'authenticator')
           or o.rolname = 'supabase_storage_admin'
             and exists (select from pg_roles s where s.rolname = 'supabase_admin' and s.rolsuper)), false)
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_roles o on o.oid in (c.relowner, n.nspowner)
    join pg_roles me on me.rolname = current_user
    join pg_database d on d.datname = current_database()
   where n.nspname = schema_name and c.relname = table_name and c.relkind in ('r', 'p');
$$;
comment on function supaschema.is_the_platforms(text, text) is
  'Gives whether a table is there, and belongs with its schema to roles that the ledger''s owner trusts.';

-- What a role that only reads is told by the owner's rights, and no more.
create or replace function supaschema.buckets()
returns table (id text, public boolean, file_size_limit bigint, allowed_mime_types text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if supaschema.is_the_platforms('storage', 'buckets') then
    return query select b.id, b.public, b.file_size_limit, b.allowed_mime_types from storage.buckets as b;
  end if;
end
$$;
comment on function supaschema.buckets() is 'Gives the settings of every storage bucket; of files nothing.';

-- Commands of jobs that no stack declares may hold keys, so they are not told; nor is what somebody wrote by hand into
-- a job that is declared, nor a command that holds a secret: that is known again by its seal.
create or replace function supaschema.jobs()
returns table (jobname text, schedule text, command text, active boolean, database text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if supaschema.is_the_platforms('cron', 'job') then
    return query
      select j.jobname::pg_catalog.text, j.schedule,
             (select case when o.spelling ->> 'command' = j.command then j.command
                          when o.spelling ->> 'command' = 'supaschema:sealed:'
                                 || pg_catalog.split_part(o.spelling ->> 'command', ':', 3) || ':'
                                 || pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
                                      pg_catalog.split_part(o.spelling ->> 'command', ':', 3) || j.command, 'UTF8')),
                                      'hex')
                            then o.spelling ->> 'command' end
                from supaschema.objects as o
               where o.object::pg_catalog.jsonb = pg_catalog.jsonb_build_array('cron_job', j.jobname)),
             j.active,
             j.database
        from cron.job as j
       where j.jobname is not null and j.username = current_user;
  end if;
end
$$;
comment on function supaschema.jobs() is
  'Gives the named pg_cron jobs of the ledger''s owner; the command is null where it is not the declared one.';

create or replace function supaschema.archived()
returns table (relation text, column_name text, coming_back boolean, types jsonb, labels jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select t.relation, null, false, t.types,
           (select jsonb_object_agg(k.type, supaschema.later_labels(to_regtype(k.type), t.kept_at))
              from (select distinct e.value as type from jsonb_each_text(t.types) as e) as k
             where to_regtype(k.type) is not null
               and exists (select from supaschema.objects as o where o.labels is not null))
      from supaschema_archive.tables as t
    union all
    select c.relation, c.column_name, c.added is not null, null, null from supaschema_archive.columns as c;
end
$$;
comment on function supaschema.archived() is
  'Gives the names of tables and columns that are kept aside, and by type the labels renamed since; of rows nothing.';

revoke all on all functions in schema supaschema from public;

-- A function that tells more than in an earlier version is another one. Who could call that one may call this.
do $told$
declare
  former record;
begin
  for former in
    select p.oid::pg_catalog.regprocedure as former,
           pg_catalog.format('supaschema.%I()', pg_catalog.split_part(p.proname, ' ', 1)) as called
      from pg_catalog.pg_proc as p
     where p.pronamespace = 'supaschema'::pg_catalog.regnamespace and p.proname like '% of an earlier version'
  loop
    execute coalesce((
      select pg_catalog.string_agg(
               pg_catalog.format('grant execute on function %s to %s%s;', former.called,
                 g.grantee::pg_catalog.regrole, case when g.is_grantable then ' with grant option' else '' end), ' ')
        from pg_catalog.pg_proc as p
       cross join pg_catalog.aclexplode(p.proacl) as g
       where p.oid = former.former and g.grantee not in (0, p.proowner)), '');
    begin
      execute pg_catalog.format('drop function %s', former.former);
    exception when dependent_objects_still_exist then
      null;  -- somebody's view stands on it: it stays, and tells what it told
    end;
  end loop;
end
$told$;

-- Triggers that an earlier version made, for a copy that broke off, keep their functions until it is begun again.
do $$
declare
  kept pg_catalog.regprocedure;
begin
  for kept in
    select p.oid from pg_catalog.pg_proc as p
     where p.pronamespace = 'supaschema_archive'::pg_catalog.regnamespace
       and p.proowner = current_user::pg_catalog.regrole
  loop
    execute pg_catalog.format('alter function %s set search_path = pg_catalog, pg_temp', kept);
  end loop;
end
$$;

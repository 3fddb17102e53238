-- Finds: a function that may act with others' rights (a definer, a trigger's, one that these, a policy, a view or a table
-- call) whose fixed search_path lets its caller's objects stand in the server's place: it is empty, does not end with
-- pg_temp, names pg_catalog late, or a schema in which end users make objects.
-- Refused at preview: a Function of any kind whose searchPath is empty, does not end with pg_temp, or names temporary
-- schemas or others before pg_catalog.
-- Supabase's linter: none (it asks for the empty path).
with recursive function as (
  select
    p.oid,
    p.proname,
    p.prosecdef,
    p.prorettype in ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype) as fired,
    p.prosrc || ' ' || coalesce(pg_get_function_sqlbody(p.oid), '') as body,
    fixed.setting,
    fixed.names
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  join pg_catalog.pg_language as l on l.oid = p.prolang
  left join lateral (
    select
      setting,
      array(
        select case when part.name[1] like '"%' then replace(substr(part.name[1], 2, length(part.name[1]) - 2), '""', '"')
          else lower(btrim(part.name[1])) end
        from regexp_matches(substr(setting, strpos(setting, '=') + 1), '("(?:[^"]|"")*"|[^," \t]+)', 'g') with ordinality
          as part (name, place)
        where part.name[1] <> '""'
        order by part.place
      ) as names
    from unnest(p.proconfig) as setting
    where setting ~* '^search_path='
  ) as fixed on true
  where p.prokind <> 'a'
    and l.lanname not in ('internal', 'c')
    -- This tool's own functions too: a ledger may be of an earlier version.
    and (n.nspname !~ current_setting('checks.platform_schemas') or n.nspname ~ '^supaschema(_archive)?$')
    and not exists (
      select
      from pg_catalog.pg_depend as d
      where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
        and p.proowner = any (current_setting('checks.extension_makers')::oid[])
    )
),
word as (
  select distinct f.oid, said.word
  from function as f
  cross join lateral regexp_split_to_table(lower(f.body), '[^[:alnum:]_$]+') as said (word)
),
-- What a body says is text: one function too many is better than one too few.
called as (
  select f.oid, f.oid as by from function as f where f.prosecdef or f.fired
  union
  select f.oid, caller.oid
  from called as caller
  join word on word.oid = caller.oid
  join function as f on (regexp_split_to_array(lower(f.proname), '[^[:alnum:]_$]+'))[1] = word.word
  where f.oid <> caller.oid
),
acting as (
  select f.oid, 'it runs with its owner''s rights' as how, 1 as place from function as f where f.prosecdef
  union all
  select f.oid, 'others'' statements fire it, where a foreign key changes rows with the rights of the table''s owner', 2
  from function as f
  where f.fired
  union all
  select called.oid, format('%s calls it', called.by::regprocedure), 3 from called where called.oid <> called.by
  union all
  select d.refobjid, 'a policy, a view or a table calls it, for whoever reads or writes', 4
  from pg_catalog.pg_depend as d
  where d.refclassid = 'pg_proc'::regclass
    and d.classid in (
      'pg_policy'::regclass, 'pg_rewrite'::regclass, 'pg_constraint'::regclass, 'pg_attrdef'::regclass,
      'pg_class'::regclass
    )
)
select distinct on (object)
  'definer_search_path' as check,
  'error' as level,
  f.oid::regprocedure::text as object,
  format('%s; %s; %s', f.setting, acting.how, unsafe.why) as detail,
  'Run: alter function ... set search_path = pg_catalog, pg_temp, and qualify all other names in the body.' as remedy
from function as f
join acting on acting.oid = f.oid
cross join lateral (
  select case
    when cardinality(f.names) = 0
      then 'an empty path still finds the caller''s temporary types and relations before the server''s own'
    when f.names[cardinality(f.names)] <> 'pg_temp'
      then 'pg_temp is not named last, so the caller''s temporary types and relations come first'
    when exists (select from unnest(f.names[:cardinality(f.names) - 1]) as name where name ~ '^pg_(toast_)?temp')
      then 'temporary objects, which are the caller''s, are named before others'
    when f.body ~* '\m(set|reset)\s+((local|session)\s+)?search_path\M|\mset_config\s*[(]\s*''search_path'''
      then 'its body sets another one'
    when array_position(f.names, 'pg_catalog') > 1 then 'another schema comes before the server''s own'
    else (
      select format('%s may create in schema %I', role, n.nspname)
      from pg_catalog.pg_namespace as n
      cross join (values ('anon'), ('authenticated')) as maker (role)
      where n.nspname = any (f.names)
        and n.nspname not like 'pg\_%'
        and has_schema_privilege(role, n.oid, 'create')
      order by 1
      limit 1
    )
  end as why
) as unsafe
where f.setting is not null
  and f.setting !~ '[$]user'
  and unsafe.why is not null
order by object, acting.place, acting.how

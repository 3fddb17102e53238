-- Finds: a trigger, on a table or on events, that calls, if only in its condition, a function of a role that is
-- neither the deploying one nor one that gains nothing by it, or has its condition give a function of the server's or
-- of an extension something that this may run: it runs with the rights of whoever writes the rows.
-- Refused at preview: no: not for the declaration alone, but in this database a Backfill, a Bucket or a column whose
-- values come back, where they would fire it.
-- Supabase's linter: none.
with fired (object, name, function) as (
  select distinct format('%I.%I', n.nspname, c.relname), t.tgname, coalesce(o.oprcode, d.refobjid)
  from pg_catalog.pg_trigger as t
  join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_trigger'::regclass and d.objid = t.oid
  left join pg_catalog.pg_operator as o
    on d.refclassid = 'pg_catalog.pg_operator'::regclass and o.oid = d.refobjid
  join pg_catalog.pg_class as c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where not t.tgisinternal and t.tgenabled <> 'D'
    and d.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)
  union all
  select format('event trigger %I', e.evtname), e.evtname, e.evtfoid
  from pg_catalog.pg_event_trigger as e
  where e.evtenabled <> 'D'
), found (object, name, detail) as (
  select f.object, f.name, format('trigger %I calls %s of %s, with the rights of whoever fires it', f.name,
    p.oid::regprocedure, p.proowner::regrole)
  from fired as f
  join pg_catalog.pg_proc as p on p.oid = f.function
  where p.proowner <> all (current_setting('checks.trusted_code')::oid[])
  union
  -- Of what the server has itself no dependency is kept. What takes nothing does the same for everybody.
  select format('%I.%I', n.nspname, c.relname), t.tgname,
    format('trigger %I gives %s in its condition what this may run, with the rights of whoever fires it', t.tgname,
      p.oid::regprocedure)
  from pg_catalog.pg_trigger as t
  cross join lateral regexp_matches(t.tgqual::text, 'funcid (\d+)', 'g') as m(called)
  join pg_catalog.pg_proc as p on p.oid = m.called[1]::oid
  join pg_catalog.pg_class as c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where t.tgqual is not null and not t.tgisinternal and t.tgenabled <> 'D' and p.pronargs > 0
    and (p.provolatile = 'v' or p.proname ~ '_to_xml')
    and (p.oid < 16384 or exists (
      select from pg_catalog.pg_depend as d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'))
)
select
  'trigger_of_another_role' as check,
  'error' as level,
  f.object,
  f.detail,
  'If it is not meant, drop the trigger; else have the function handed over to the owner of the table.' as remedy
from found as f
order by f.object, f.name

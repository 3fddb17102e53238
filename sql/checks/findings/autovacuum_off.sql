-- Finds: a table that is never vacuumed by itself: it grows without end, and ends in a forced stop.
-- Refused at preview: no: no declaration has the option.
-- Supabase's linter: autovacuum_disabled.
select
  'autovacuum_off' as check,
  'warning' as level,
  format('%I.%I', n.nspname, c.relname) as object,
  'autovacuum is switched off' as detail,
  format('Run: alter table %I.%I reset (autovacuum_enabled).', n.nspname, c.relname) as remedy
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join lateral pg_catalog.pg_options_to_table(c.reloptions) as option
where c.relkind in ('r', 'p', 'm')
  and n.nspname !~ current_setting('checks.platform_schemas')
  and option.option_name = 'autovacuum_enabled'
  and not option.option_value::boolean
order by object

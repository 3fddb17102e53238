-- Finds: two permissive policies for one role and command of a table: both are evaluated for every row.
-- Refused at preview: a TableAccess with two such policies.
-- Supabase's linter: multiple_permissive_policies (that one counts roles that no request acts as).
with spoken as (
  select p.schemaname, p.tablename, p.policyname, role.name as role, command.name as command
  from pg_catalog.pg_policies as p
  cross join lateral unnest(
    case when 'public' = any (p.roles) then array['anon', 'authenticated']::name[] else p.roles end
  ) as role (name)
  cross join lateral unnest(
    case p.cmd when 'ALL' then array['SELECT', 'INSERT', 'UPDATE', 'DELETE'] else array[p.cmd] end
  ) as command (name)
  join pg_catalog.pg_roles as r on r.rolname = role.name and not r.rolbypassrls
  where p.permissive = 'PERMISSIVE'
    -- On tables of the platform every application adds policies of its own.
    and p.schemaname !~ current_setting('checks.platform_schemas')
)
select
  'policies_overlap' as check,
  'warning' as level,
  format('%I.%I', s.schemaname, s.tablename) as object,
  format('%s by %s: %s', s.command, s.role, string_agg(quote_ident(s.policyname), ' and ' order by s.policyname))
    as detail,
  'Make them one policy, their conditions joined by OR.' as remedy
from spoken as s
group by s.schemaname, s.tablename, s.role, s.command
having count(*) > 1
order by object, detail

-- Aggregates of the schemas asked about: whose they are, what they call, and between which states.
select
  n.nspname as schema,
  p.proname as name,
  pg_catalog.oidvectortypes(p.proargtypes) as types,
  pg_catalog.pg_get_userbyid(p.proowner) as owner,
  case when a.aggkind <> 'n' then a.aggnumdirectargs end as direct,
  a.aggkind = 'h' as hypothetical,
  array(
    select fn.nspname || '.' || f.proname
    from unnest(array[
      a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn,
      a.aggmfinalfn
    ]::oid[]) with ordinality as c (oid, place)
    join pg_catalog.pg_proc as f on f.oid = c.oid
    join pg_catalog.pg_namespace as fn on fn.oid = f.pronamespace
    order by c.place
  ) as functions,
  pg_catalog.format_type(a.aggtranstype, null) as stype,
  a.agginitval as initcond,
  case p.proparallel when 'u' then 'unsafe' when 'r' then 'restricted' else 'safe' end as parallel
from pg_catalog.pg_aggregate as a
join pg_catalog.pg_proc as p on p.oid = a.aggfnoid
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where n.nspname = any (%(schemas)s)

-- What the tables of an older ledger lack; run before schema.sql where there is one, as often as one likes.
alter table supaschema.objects add column if not exists generation bigint not null default 0;
alter table supaschema.objects add column if not exists former jsonb;
alter table supaschema.objects add column if not exists labels jsonb;
alter table supaschema_archive.tables add column if not exists types jsonb;

-- What is to tell more gets another name, and gives that up to its successor together with who may call it.
do $$
declare
  former pg_catalog.regprocedure;
begin
  for former in
    select p.oid from pg_catalog.pg_proc as p
     where p.pronamespace = 'supaschema'::pg_catalog.regnamespace
       and ((p.proname = 'jobs' and not 'database' = any (p.proargnames))
            or (p.proname = 'archived' and not 'labels' = any (p.proargnames)))
  loop
    execute pg_catalog.format('alter function %s rename to %I', former,
      (select p.proname || ' of an earlier version' from pg_catalog.pg_proc as p where p.oid = former));
  end loop;
end
$$;

-- The journal: who changed which object, when, by which command; of what the command said, nothing. Run by a stack whose
-- settings ask for it; every statement may be repeated.
create table if not exists supaschema.journal_wanted (
  stack text primary key,             -- what the URNs of its resources begin with
  days integer not null               -- how long it wants entries to be kept
);

create table if not exists supaschema.journal (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),  -- when its transaction began, as the ledger says it
  login text not null,                -- who was logged in
  role text,                          -- the role taken by SET ROLE; null: none
  application text not null,
  command text not null,
  object_type text not null,
  names text[],                       -- the object's name in parts; null: the server does not tell (GRANT, REVOKE)
  object text                         -- the same as the server writes it
);

-- It has its owner's rights, for whoever changes something may not write here. Whatever goes wrong in it is let be: no
-- command of others fails by it, or waits for it longer than a tenth of a second.
create or replace function supaschema.note_change() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '100ms' as $$
declare
  most_entries constant integer := 10000;
  most_at_once constant integer := 500;
  entered integer := 0;
begin
  begin
    if tg_event = 'sql_drop' then
      insert into supaschema.journal (login, role, application, command, object_type, names, object)
      select session_user, nullif(current_setting('role'), 'none'), current_setting('application_name'), tg_tag,
             d.object_type, d.address_names || d.address_args, d.object_identity
        from pg_event_trigger_dropped_objects() as d
       where (d.original or d.normal) and not d.is_temporary
       limit most_at_once + 1;
    elsif tg_tag <> 'REFRESH MATERIALIZED VIEW' then
      insert into supaschema.journal (login, role, application, command, object_type, names, object)
      select session_user, nullif(current_setting('role'), 'none'), current_setting('application_name'),
             c.command_tag, c.object_type, a.object_names || a.object_args, c.object_identity
        from pg_event_trigger_ddl_commands() as c
        left join lateral pg_identify_object_as_address(c.classid, c.objid, c.objsubid) as a on c.objid is not null
       -- What is on a table has the table's schema before it; a publication of such a name is in none.
       where coalesce(c.schema_name, case when cardinality(a.object_names) > 1 then a.object_names[1] end, '')
             !~ '^pg_temp'
       limit most_at_once + 1;
    end if;
    get diagnostics entered = row_count;
    -- What is left out is said: else it would seem as if the command had done nothing else.
    if entered > most_at_once then
      update supaschema.journal
         set object_type = 'more', names = null,
             object = format('more than %s objects; the rest is not kept', most_at_once)
       where id = lastval();
    end if;
  exception when others then
    null;
  end;

  -- What is old or too much goes, the oldest first. Rows that another session is at are left to it; in a serializable
  -- transaction nothing is read, for what is read there may make another one fail.
  if current_setting('transaction_isolation') <> 'serializable' then
    begin
      delete from supaschema.journal as j
       where j.id in (
         select o.id
           from supaschema.journal as o
          where o.id in (select e.id from supaschema.journal as e order by e.id limit 2 * most_at_once)
            and (o.id <= (select max(l.id) from supaschema.journal as l) - most_entries
                 or o.at < now() - make_interval(days => (select max(w.days) from supaschema.journal_wanted as w)))
            for update skip locked);
    exception when others then
      null;
    end;
  end if;
end
$$;
comment on function supaschema.note_change() is 'Enters in the journal what the command that fires it changed.';
revoke all on function supaschema.note_change() from public;

-- Who may read the ledger may read who changed what it speaks of.
do $told$
declare
  reader text;
begin
  for reader in
    select g.grantee::pg_catalog.regrole::text
      from pg_catalog.pg_class as c
     cross join pg_catalog.aclexplode(c.relacl) as g
     where c.oid = 'supaschema.recorded'::pg_catalog.regclass and g.privilege_type = 'SELECT'
       and g.grantee not in (0, c.relowner)
  loop
    execute pg_catalog.format('grant select on supaschema.journal, supaschema.journal_wanted to %s', reader);
  end loop;
end
$told$;

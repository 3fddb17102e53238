-- a schema has another name, with all that is in it
create schema office;
grant usage on schema office to authenticated;
comment on schema office is 'Ours.';
create table office.notes (id bigint primary key, title text, above bigint constraint above references office.notes);
create function office.stamp() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger stamp before update on office.notes for each row execute function office.stamp();
create view office.titles as select id, title from office.notes;
create policy read on office.notes for select using (exists (select from office.titles t where t.id = notes.id));
create table public.pages (id bigint primary key, note bigint constraint note references office.notes);
insert into office.notes values (1, 'one', 1);

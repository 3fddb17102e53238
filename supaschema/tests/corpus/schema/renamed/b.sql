-- a schema has another name, with all that is in it
create schema bureau;
grant usage on schema bureau to authenticated;
comment on schema bureau is 'Ours.';
create table bureau.notes (id bigint primary key, title text, above bigint constraint above references bureau.notes);
create function bureau.stamp() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger stamp before update on bureau.notes for each row execute function bureau.stamp();
create view bureau.titles as select id, title from bureau.notes;
create policy read on bureau.notes for select using (exists (select from bureau.titles t where t.id = notes.id));
create table public.pages (id bigint primary key, note bigint constraint note references bureau.notes);
insert into bureau.notes values (1, 'one', 1);

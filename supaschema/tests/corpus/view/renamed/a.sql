-- a view has another name, and stays with its comments, grants and triggers, and beneath another view
create schema app;
create table app.notes (id bigint primary key, title text);
create view app.titles with (security_barrier = true) as select id, title from app.notes where id > 0;
comment on view app.titles is 'Notes.';
comment on column app.titles.title is 'The title.';
alter view app.titles alter column title set default 'none';
grant select on app.titles to authenticated;
create function app.stamp() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger stamp instead of update on app.titles for each row execute function app.stamp();
create view app.upper as select x.id from app.titles x;

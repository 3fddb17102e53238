-- a view has another name, and stays with its comments, grants and triggers, and beneath another view
create schema app;
create table app.notes (id bigint primary key, title text);
create view app.headings with (security_barrier = true) as select id, title from app.notes where id > 0;
comment on view app.headings is 'Notes.';
comment on column app.headings.title is 'The title.';
alter view app.headings alter column title set default 'none';
grant select on app.headings to authenticated;
create function app.stamp() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger stamp instead of update on app.headings for each row execute function app.stamp();
create view app.upper as select x.id from app.headings x;

-- a function has another name, and what calls it stays
create schema app;
create function app.shorten(value text, size int default 3) returns text language sql immutable cost 7 as 'select left(value, size)';
comment on function app.shorten is 'Cuts.';
revoke all on function app.shorten from public;
grant execute on function app.shorten to authenticated;
create table app.notes (id bigint primary key, title text default app.shorten('none'), short text generated always as (app.shorten(title)) stored);
create index by_it on app.notes (app.shorten(title, 2));
create policy read on app.notes for select using (app.shorten(title) <> 'x');
create view app.shorts as select id, app.shorten(title) as title from app.notes;
insert into app.notes values (1, 'first');

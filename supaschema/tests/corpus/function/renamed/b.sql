-- a function has another name, and what calls it stays
create schema app;
create function app.cut(value text, size int default 3) returns text language sql immutable cost 7 as 'select left(value, size)';
comment on function app.cut is 'Cuts.';
revoke all on function app.cut from public;
grant execute on function app.cut to authenticated;
create table app.notes (id bigint primary key, title text default app.cut('none'), short text generated always as (app.cut(title)) stored);
create index by_it on app.notes (app.cut(title, 2));
create policy read on app.notes for select using (app.cut(title) <> 'x');
create view app.shorts as select id, app.cut(title) as title from app.notes;
insert into app.notes values (1, 'first');

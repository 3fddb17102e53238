-- An attribute has another type, under all that can stand on its type while no column is of it.
create schema app;
create type app.pair as (one integer, two bigint);
comment on type app.pair is 'Stays.';
comment on column app.pair.one is 'Stays.';
revoke usage on type app.pair from public;
create table app.notes (id integer primary key, n integer, w text default (null::app.pair).one::text);
alter table app.notes enable row level security;
insert into app.notes values (1, 2);
create view app.v as select id, (null::app.pair).one as one from app.notes;
create view app.whole as select id, null::app.pair as pair from app.notes;
grant select on app.whole to authenticated;
comment on view app.whole is 'Stays.';
create materialized view app.m as select id, null::app.pair as pair from app.notes;
create function app.f(p app.pair) returns app.pair language sql as 'select p';
revoke execute on function app.f(app.pair) from public;
create function app.g(p app.pair[]) returns text language sql stable begin atomic select (p[1]).one::text; end;
create policy p on app.notes for select to authenticated using ((null::app.pair).one > 0);
create domain app.known as app.pair check ((value).one > 0);

-- a function's result changes that whatever can call a function calls
create schema app;
create table app.notes (id integer primary key, n integer);
alter table app.notes enable row level security;
create function app.f(x integer) returns bigint language sql immutable set search_path = '' as $$ select ($1 * 2)::bigint $$;
create view app.v as select id, app.f(n) as n from app.notes;
create view app.w as select id, n from app.v;
create materialized view app.m as select id, app.f(n) as n from app.notes;
alter table app.notes add constraint c check (app.f(n) > 0);
alter table app.notes alter n set default app.f(3);
alter table app.notes add column g bigint generated always as (app.f(n)) stored;
create index i on app.notes (app.f(n)) where app.f(n) > 0;
create policy p on app.notes for select to authenticated using (app.f(n) > 0);
create function app.t() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create trigger t before insert on app.notes for each row when (app.f(new.n) > 0) execute function app.t();
create function app.g() returns bigint language sql stable set search_path = '' begin atomic select app.f(2)::bigint; end;
insert into app.notes (id, n) values (1, 5);

-- a partition comes beside a default one, with a foreign key and a trigger of its table
create schema app;
create table app.parents (id bigint primary key);
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create table app.logs (id bigint references app.parents, at date, size integer not null default 1 check (size > 0), twice integer generated always as (size * 2) stored) partition by range (at);
create trigger stamp before insert on app.logs for each row execute function app.stamp();
create table app.logs_rest partition of app.logs default;
create table app.logs_2024 partition of app.logs (constraint few check (size < 9)) for values from ('2024-01-01') to ('2025-01-01');
insert into app.parents values (1);
insert into app.logs values (1, '2030-01-01');

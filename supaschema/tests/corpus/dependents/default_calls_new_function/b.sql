-- the default of a column that stays begins to call a function that comes
create schema app;
create function app.make_code() returns text language sql set search_path = '' as $$ select 'made' $$;
create table app.notes (id bigint primary key, code text default app.make_code());
insert into app.notes values (1, 'one');

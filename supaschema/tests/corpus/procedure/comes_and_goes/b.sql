-- a procedure comes with its comment, and who may call it
create schema app;
create table app.notes (id bigint primary key, body text);
create procedure app.sweep(days integer default 30, variadic words text[] default '{}') language plpgsql set search_path = pg_catalog, pg_temp as $$ begin delete from app.notes where id < days; end $$;
comment on procedure app.sweep is 'Sweeps.';
revoke all on procedure app.sweep from public;
grant execute on procedure app.sweep to service_role;
grant usage on schema app to service_role;

-- a view with a trigger that is fired instead of writes changes its columns
create schema app;
create table app.notes (id bigint primary key, a integer, b integer);
create function app.write() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create view app.v as select id, b, a from app.notes;
create trigger write instead of insert on app.v for each row execute function app.write();
comment on trigger write on app.v is 'writes';

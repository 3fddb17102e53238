-- a trigger's function is made anew in another form under a trigger that stays
create schema app;
create table app.notes (id integer primary key, code text);
create function app.is_filled(x text) returns boolean language sql immutable set search_path = '' as $$ select $1 <> '' $$;
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create trigger stamp before insert on app.notes for each row when (app.is_filled(new.code)) execute function app.stamp();

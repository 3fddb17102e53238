-- the type of a column changes that a trigger's condition names
create schema app;
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create table app.notes (id integer primary key, n bigint);
insert into app.notes values (1, 10), (2, 20);
create trigger stamp before update on app.notes for each row when (old.n is distinct from new.n)
  execute function app.stamp();

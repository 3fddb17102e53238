-- the type of a column changes whose update fires a trigger, which is disabled
create schema app;
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create table app.notes (id integer primary key, n bigint);
insert into app.notes values (1, 10), (2, 20);
create trigger stamp before update of n on app.notes for each row execute function app.stamp();
alter table app.notes disable trigger stamp;
comment on trigger stamp on app.notes is 'sleeps';

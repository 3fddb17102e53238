-- a column, a check, a key, a trigger and a policy of a partitioned table have other names
create schema app;
create table app.logs (id bigint, heading text, constraint key_b primary key (id), constraint short_b check (length(heading) < 9)) partition by range (id);
create table app.logs_1 partition of app.logs for values from (0) to (10);
create index by_it_b on app.logs (id desc);
create function app.stamp() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger stamp_b before update on app.logs for each row execute function app.stamp();
create policy read_b on app.logs for select using (heading <> '');
insert into app.logs values (1, 'one');

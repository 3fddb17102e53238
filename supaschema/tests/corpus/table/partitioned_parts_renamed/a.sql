-- a column, a check, a key, a trigger and a policy of a partitioned table have other names
create schema app;
create table app.logs (id bigint, title text, constraint key_a primary key (id), constraint short_a check (length(title) < 9)) partition by range (id);
create table app.logs_1 partition of app.logs for values from (0) to (10);
create index by_it_a on app.logs (id desc);
create function app.stamp() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger stamp_a before update on app.logs for each row execute function app.stamp();
create policy read_a on app.logs for select using (title <> '');
insert into app.logs values (1, 'one');

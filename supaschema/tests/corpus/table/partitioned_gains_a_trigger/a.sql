-- a partitioned table gains a trigger for each row
create schema app;
create table app.logs (id bigint, at date) partition by range (at);
create table app.logs_2024 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create function app.stamp() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;

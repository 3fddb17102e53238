-- a json becomes a jsonb
create schema app;
create table app.notes (id bigint primary key, doc json);
insert into app.notes values (1, '{"a": 1}');

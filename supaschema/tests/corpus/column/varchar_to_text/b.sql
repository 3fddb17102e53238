-- a varchar becomes a text, which rewrites nothing
create schema app;
create table app.notes (id bigint primary key, body text);
insert into app.notes values (1, 'one'), (2, null);

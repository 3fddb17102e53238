-- a nullable column becomes an identity, and back
create schema app;
create table app.notes (id bigint, body text);
insert into app.notes values (1, 'one'), (2, 'two');

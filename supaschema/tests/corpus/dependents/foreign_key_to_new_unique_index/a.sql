-- a foreign key to columns of which the unique index comes in the same plan
create schema app;
create table app.parents (id bigint primary key, code text);
insert into app.parents values (1, 'one');
create table app.children (id bigint primary key, code text);
insert into app.children values (10, 'one');

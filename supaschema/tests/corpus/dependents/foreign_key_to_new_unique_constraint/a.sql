-- a foreign key to a unique constraint that comes in the same plan
create schema app;
create table app.zparents (id bigint primary key, code text);
create table app.children (id bigint primary key, code text);
insert into app.zparents values (1, 'one');
insert into app.children values (10, 'one');

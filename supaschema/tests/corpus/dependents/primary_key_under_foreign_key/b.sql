-- a primary key is made of other columns under a foreign key that stays
create schema app;
create table app.parents (id bigint not null, code text not null unique, constraint parents_key primary key (id));
create table app.children (id bigint primary key, parent bigint constraint parent references app.parents (id));
insert into app.parents values (1, 'one');
insert into app.children values (10, 1);

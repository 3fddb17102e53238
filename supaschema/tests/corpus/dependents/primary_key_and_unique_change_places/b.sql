-- the primary key moves to the other column, the foreign key stays on the old one
create schema app;
create table app.parents (id bigint not null constraint other unique, code text not null primary key);
insert into app.parents values (1, 'one');
create table app.children (id bigint primary key, parent bigint constraint parent references app.parents (id));
insert into app.children values (10, 1);

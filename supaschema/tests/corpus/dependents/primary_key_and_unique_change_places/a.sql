-- the primary key moves to the other column, the foreign key stays on the old one
create schema app;
create table app.parents (id bigint not null primary key, code text not null constraint other unique);
insert into app.parents values (1, 'one');
create table app.children (id bigint primary key, parent bigint constraint parent references app.parents (id));
insert into app.children values (10, 1);

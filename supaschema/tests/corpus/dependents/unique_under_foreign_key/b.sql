-- a unique constraint with a foreign key on it becomes deferrable elsewhere: columns swap
create schema app;
create table app.parents (a bigint not null, b bigint not null, constraint ab unique (b, a));
insert into app.parents values (1, 2);
create table app.children (id bigint primary key, a bigint, b bigint, constraint parent foreign key (a, b) references app.parents (a, b));
insert into app.children values (10, 1, 2);

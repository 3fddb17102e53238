-- two tables come that reference each other
create schema app;
create table app.one (id bigint primary key, two bigint);
create table app.two (id bigint primary key, one bigint references app.one);
alter table app.one add foreign key (two) references app.two;

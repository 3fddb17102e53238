-- a foreign key of one name has another column
create schema app;
create table app.parents (id bigint primary key);
create table app.children (id bigint primary key, one bigint, two bigint, constraint parent foreign key (one) references app.parents);

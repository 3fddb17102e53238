-- a foreign key matches fully
create schema app;
create table app.parents (a bigint, b bigint, primary key (a, b));
create table app.children (id bigint primary key, a bigint, b bigint,
  constraint parent foreign key (a, b) references app.parents match full);

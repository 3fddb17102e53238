-- a foreign key sets but one of its columns NULL
create schema app;
create table app.parents (a bigint, b bigint, primary key (a, b));
create table app.children (id bigint primary key, a bigint, b bigint,
  constraint parent foreign key (a, b) references app.parents on delete set null (b));

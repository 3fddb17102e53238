-- a foreign key comes to reference a new table, and the old one goes
create schema app;
create table app.new_parents (id bigint primary key);
create table app.children (id bigint primary key, parent bigint, constraint fk foreign key (parent) references app.new_parents);

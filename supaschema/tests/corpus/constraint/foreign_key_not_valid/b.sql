-- a foreign key is not proven for the rows that are there, of which one breaks it
create schema app;
create table app.parents (id bigint primary key);
create table app.children (id bigint primary key, parent bigint);
insert into app.children values (10, 1);
alter table app.children add constraint parent foreign key (parent) references app.parents not valid;

-- a foreign key that is not proven becomes another that is
create schema app;
create table app.parents (id bigint primary key);
insert into app.parents values (1), (2);
create table app.children (id bigint primary key, one bigint, two bigint);
insert into app.children values (10, 1, 2);
alter table app.children add constraint parent foreign key (one) references app.parents not valid;

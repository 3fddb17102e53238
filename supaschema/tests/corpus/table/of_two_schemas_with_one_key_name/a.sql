-- tables of two schemas with equal names go and hold rows
-- returns
create schema one;
create schema two;
create table one.notes (id bigint primary key);
create table two.notes (id bigint primary key);
insert into one.notes values (1);
insert into two.notes values (1);

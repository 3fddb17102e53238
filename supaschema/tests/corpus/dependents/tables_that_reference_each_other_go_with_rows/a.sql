-- two tables with foreign keys to each other both go and hold rows
-- returns
create schema app;
create table app.one (id bigint primary key, two bigint);
create table app.two (id bigint primary key, one bigint references app.one);
alter table app.one add constraint one_two_fkey foreign key (two) references app.two;
insert into app.one values (1, null);
insert into app.two values (2, 1);
update app.one set two = 2;

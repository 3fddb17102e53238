-- a unique index changes on which a foreign key stands
create schema app;
create table app.parents (id bigint primary key, code text not null, b text);
create unique index i on app.parents (code);
create table app.children (id bigint primary key, code text references app.parents (code));
insert into app.parents values (1, 'one', 'x');
insert into app.children values (10, 'one');

-- a table with a rule of which a column's type changes
create schema app;
create table app.notes (id integer primary key, n bigint);
create table app.log (n bigint);
create rule noted as on insert to app.notes do also insert into app.log values (new.n);
insert into app.notes values (1, 10);

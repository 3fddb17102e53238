-- one column begins to refuse NULL and another ends to
create schema app;
create table app.notes (id bigint primary key, x text not null, y text);
insert into app.notes values (1, 'x', 'y');

-- one column begins to refuse NULL and another ends to
create schema app;
create table app.notes (id bigint primary key, x text, y text not null);
insert into app.notes values (1, 'x', 'y');

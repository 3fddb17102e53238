-- the default of a column that stays begins to call a function that comes
create schema app;
create table app.notes (id bigint primary key, code text default 'none');
insert into app.notes values (1, 'one');

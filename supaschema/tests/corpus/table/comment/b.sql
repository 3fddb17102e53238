-- a table's comment comes
create schema app;
create table app.notes (id bigint primary key);
comment on table app.notes is 'notes';

-- everybody may read a table
create schema app;
create table app.notes (id bigint primary key, a text);
grant select on app.notes to public;

-- a table is marked to be clustered on an index
create schema app;
create table app.notes (id bigint primary key, code text not null);
create index notes_code on app.notes (code);
alter table app.notes cluster on notes_code;

-- comments on columns come, change and go
create schema app;
create table app.notes (id bigint primary key, a text, b text);
comment on column app.notes.a is 'old';
comment on column app.notes.b is 'goes';

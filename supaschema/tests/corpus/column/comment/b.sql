-- comments on columns come, change and go
create schema app;
create table app.notes (id bigint primary key, a text, b text);
comment on column app.notes.a is 'new';
comment on column app.notes.id is 'comes';

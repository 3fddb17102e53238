-- indexes come with a table
create schema app;
create table app.notes (id bigint primary key, a text, b text);
create index notes_a on app.notes (a desc) include (b) where b <> '';
create unique index notes_lower on app.notes (lower(a), b collate "C");

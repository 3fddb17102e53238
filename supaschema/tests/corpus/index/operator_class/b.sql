-- an index's operator class changes
create schema app;
create table app.notes (id bigint primary key, a text);
create index i on app.notes (a text_pattern_ops);

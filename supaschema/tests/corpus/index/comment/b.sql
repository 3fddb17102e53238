-- an index's comment changes
create schema app;
create table app.notes (id bigint primary key, a text);
create index i on app.notes (a);
comment on index app.i is 'new';

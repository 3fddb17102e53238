-- an operator class gets a parameter
create schema app;
create table app.notes (id bigint primary key, doc tsvector);
create index i on app.notes using gist (doc tsvector_ops (siglen = 100));

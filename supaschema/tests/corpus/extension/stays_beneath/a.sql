-- an extension stays as it is while columns of its types come and change
create schema app;
create extension hstore schema app;
create table app.notes (id bigint primary key, more app.hstore);

-- an exclusion constraint over an expression comes
create schema app;
create table app.rooms (id bigint primary key, low integer, high integer);
alter table app.rooms add constraint free exclude using gist (int4range(low, high) with &&);

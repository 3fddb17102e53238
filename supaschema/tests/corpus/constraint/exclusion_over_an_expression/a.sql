-- an exclusion constraint over an expression comes
create schema app;
create table app.rooms (id bigint primary key, low integer, high integer);

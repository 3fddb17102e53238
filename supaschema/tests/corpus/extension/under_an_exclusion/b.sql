-- an extension comes with the constraint that compares by an operator class of it
create schema app;
create extension btree_gist schema app;
create table app.stays (
  id bigint primary key,
  room integer,
  during tstzrange,
  constraint apart exclude using gist (room app.gist_int4_ops with =, during with &&)
);

-- an exclusion constraint gets a condition
create schema app;
create table app.rooms (id bigint primary key, during int4range, gone boolean,
  constraint free exclude using gist (during with &&) where (not gone));

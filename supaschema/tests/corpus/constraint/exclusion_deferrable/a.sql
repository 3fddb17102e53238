-- an exclusion constraint becomes deferrable
create schema app;
create table app.rooms (id bigint primary key, during int4range, constraint free exclude using gist (during with &&));

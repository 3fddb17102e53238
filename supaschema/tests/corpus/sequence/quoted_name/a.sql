-- a default calls a sequence by a name that must be quoted
create schema "My app";
create table "My app"."My notes" (id bigint primary key);
insert into "My app"."My notes" values (1);

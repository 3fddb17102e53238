-- a default calls a sequence by a name that must be quoted
create schema "My app";
create sequence "My app"."It's ""one""" start with 50;
create table "My app"."My notes" (id bigint primary key default nextval('"My app"."It''s ""one"""'));

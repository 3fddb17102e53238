-- a sequence is called otherwise, and in another schema
create schema app;
create schema other;
create sequence other.counted increment by 2;
create table app.notes (id bigint primary key default nextval('other.counted'));

-- a schema comes whose name, and whose table's, needs quotes
create schema "My ""Schema""";
create table "My ""Schema"""."T é.x" ("I d" bigint primary key, "a.b" text default 'x');
comment on table "My ""Schema"""."T é.x" is 'quoted';

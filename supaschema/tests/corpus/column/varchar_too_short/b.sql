-- a varchar gets shorter than a value
create schema app;
-- refused: body
create table app.notes (id bigint primary key, body varchar(10));

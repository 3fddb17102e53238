-- the upper view's name sorts before that of the one it reads
create schema app;
create table app.notes (id bigint primary key, body text);
create view app.z as select id, body from app.notes;
create view app.a as select id from app.z;
create view app.m as select id from app.a;

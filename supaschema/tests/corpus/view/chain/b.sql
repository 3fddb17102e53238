-- three views of which each reads the next come, their names against their order
create schema app;
create table app.notes (id bigint primary key, a integer);
create view app.c as select id, a from app.notes;
create view app.b as select id, a from app.c;
create view app.a as select id from app.b;

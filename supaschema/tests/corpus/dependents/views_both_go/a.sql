-- a view and the view it reads both go, and both come
create schema app;
create table app.notes (id bigint primary key, body text);
insert into app.notes values (1, 'one');
create view app.v as select id, body from app.notes;
create view app.w as select id from app.v;

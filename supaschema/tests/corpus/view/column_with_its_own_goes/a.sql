-- a view loses a column that has a comment, a default and a grant of its own
create schema app;
create table app.notes (id bigint primary key, a text, "B b" text, c text);
create view app.v as select id, a, "B b", c from app.notes;
comment on column app.v.a is 'the a';
comment on column app.v."B b" is 'the b';
alter view app.v alter column a set default 'x';
grant select (a, "B b", c) on app.v to anon;

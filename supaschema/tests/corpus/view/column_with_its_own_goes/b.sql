-- a view loses a column that has a comment, a default and a grant of its own
create schema app;
create table app.notes (id bigint primary key, a text, "B b" text, c text);
create view app.v as select id, "B b", c from app.notes;
comment on column app.v."B b" is 'the b';
grant select ("B b", c) on app.v to anon;

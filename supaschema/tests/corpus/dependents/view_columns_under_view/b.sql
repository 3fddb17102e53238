-- a view gets a column in the middle under a view that stays
create schema app;
create table app.notes (id integer primary key, x integer, y integer);
create view app.v as select id, x, y from app.notes;
create view app.w as select id, y from app.v;
comment on view app.w is 'upper';
comment on column app.w.y is 'the y';
grant select on app.w to authenticated;

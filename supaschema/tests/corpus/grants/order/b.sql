-- grants of one table are in another order
create schema app;
create table app.notes (id bigint primary key);
grant select on app.notes to authenticated;
grant select on app.notes to anon;

-- the type of a column changes, and with it how the server prints what computes with it
create schema app;
create table app.notes (
  id bigint,
  n bigint constraint above check (n > 0),
  twice numeric generated always as (n * 2) stored
);
create index next on app.notes ((n + 1));
create policy few on app.notes for select using (n < 9);
create view app.firsts as select n + 1 as next from app.notes where n < 9;
insert into app.notes values (1, 1), (2, 2);

-- a generated column's expression changes; index, unique, check, statistics stand on it
create schema app;
create table app.notes (id integer primary key, n integer, m integer generated always as (n * 2) stored);
insert into app.notes values (1, 10), (2, 20);
create index notes_m on app.notes (m);
comment on index app.notes_m is 'by m';
alter table app.notes add constraint notes_m_key unique (m);
alter table app.notes add constraint notes_m_check check (m > 0);
create statistics app.notes_stats on n, m from app.notes;

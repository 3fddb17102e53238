-- a column goes that other columns' extended statistics do not name
create schema app;
create table app.notes (id bigint primary key, x integer, y integer, z integer);
create statistics app.notes_stats on x, y from app.notes;
comment on statistics app.notes_stats is 'together';

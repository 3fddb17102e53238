-- a column goes that extended statistics of another schema name, with a target and a comment
create schema app;
create schema planner;
create table app.notes (id bigint primary key, x integer, y integer);
create statistics planner.notes_stats (dependencies) on x, y from app.notes;
alter statistics planner.notes_stats set statistics 50;
comment on statistics planner.notes_stats is 'together';

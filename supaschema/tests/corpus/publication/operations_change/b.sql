-- what a publication publishes of its tables changes in place
create schema app;
create table app.notes (id bigint primary key);
create publication feed for table app.notes with (publish = 'insert, update, truncate');
comment on publication feed is 'b';

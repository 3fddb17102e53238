-- a condition in other words is the same
-- unchanged
create schema app;
create table app.notes (id bigint primary key, body text);
create publication feed for table app.notes where (id >= 1 and (id <= 3));

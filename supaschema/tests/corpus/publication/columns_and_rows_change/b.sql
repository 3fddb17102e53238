-- other columns and rows of a table are published: it is taken out and put in again
create schema app;
create table app.notes (id bigint primary key, body text, state text);
create table app.people (id bigint primary key, name text);
create publication feed for table app.notes (id, state), app.people where (id > 1 and name is not null);

-- a published table gains a column, and its type changes; it stays published
create schema app;
create table app.notes (id bigint primary key, n integer);
create publication corpus for table app.notes;

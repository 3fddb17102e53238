-- a published table gets another name and stays published
create schema app;
create table app.notes (id bigint primary key, body text);
create publication feed for table app.notes where (id > 0);

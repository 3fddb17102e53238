-- a published table gets another name and stays published
create schema app;
create table app.letters (id bigint primary key, body text);
create publication feed for table app.letters where (id > 0);

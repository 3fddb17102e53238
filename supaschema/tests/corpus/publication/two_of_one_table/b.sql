-- a table is in two publications, and they change at once
create schema app;
create table app.notes (id bigint primary key, body text, more text);
create publication one for table app.notes where (body <> '');
create publication other for table app.notes (id, more);

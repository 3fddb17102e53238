-- a published table with rows goes to the archive, where nothing is published of it, and comes back
create schema app;
create table app.people (id bigint primary key);
create publication feed for table app.people;

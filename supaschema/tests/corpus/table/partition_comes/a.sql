-- a partition comes to a table
create schema app;
create table app.logs (id bigint, at date, primary key (id, at)) partition by range (at);

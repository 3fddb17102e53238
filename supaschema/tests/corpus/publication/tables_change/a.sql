-- tables come into a publication and leave it
create schema app;
create table app.one (id bigint primary key);
create table app.two (id bigint primary key);
create table app.three (id bigint primary key);
create publication feed for table app.one, app.two;

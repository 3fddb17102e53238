-- a publication comes with what it publishes of tables that are there
create schema app;
create table app.notes (id bigint primary key, body text, done boolean not null);
create table app.people (id bigint primary key);

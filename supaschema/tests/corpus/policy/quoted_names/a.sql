-- a policy comes whose name is a sentence
create schema app;
create table app.notes (id bigint primary key, "User" text);

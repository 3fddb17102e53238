-- a table draws its keys from a sequence of its own
create schema app;
create sequence app.numbers start with 100;
create table app.notes (id bigint not null default nextval('app.numbers'), body text);

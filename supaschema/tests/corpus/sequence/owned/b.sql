-- a column owns the sequence that it draws from
create schema app;
create sequence app.numbers;
create table app.notes (id bigint primary key default nextval('app.numbers'));
alter sequence app.numbers owned by app.notes.id;

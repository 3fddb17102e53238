-- a serial column becomes an identity that goes on after its rows
create schema app;
create table app.notes (id bigserial primary key, body text);
insert into app.notes (body) values ('one'), ('two');

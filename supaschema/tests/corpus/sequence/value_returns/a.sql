-- a dropped sequence comes back with its value, and a table with the sequence that it owns
-- returns
create schema app;
create sequence app.numbers start with 5;
select nextval('app.numbers'), nextval('app.numbers');
create sequence app.untouched;
create sequence app.set_back;
select setval('app.set_back', 70, false);
create table app.notes (id bigserial primary key, body text);
insert into app.notes (body) values ('one'), ('two');
grant usage on sequence app.notes_id_seq to authenticated;

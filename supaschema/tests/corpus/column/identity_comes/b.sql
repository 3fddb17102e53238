-- an identity column comes to a table with rows, which is rewritten
create schema app;
create table app.notes (body text);
insert into app.notes values ('one'), ('two');
alter table app.notes add column id bigint generated always as identity;

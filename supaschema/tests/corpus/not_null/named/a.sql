-- a NOT NULL has a name of its own
-- since: 18
create schema app;
create table app.notes (id bigint primary key, body text not null);
insert into app.notes values (1, 'one');

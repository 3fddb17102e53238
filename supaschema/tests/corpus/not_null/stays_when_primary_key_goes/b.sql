-- the primary key goes and NOT NULL stays, or goes too
create schema app;
create table app.notes (id bigint not null, body text);
insert into app.notes values (1, 'one');

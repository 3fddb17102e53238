-- a primary key over values of which two are equal
create schema app;
create table app.notes (id bigint not null, body text);
insert into app.notes values (1, 'one'), (1, 'two');

-- a sequence in use changes its options, and goes on from its value
create schema app;
create sequence app.numbers start with 10 cache 3;
create table app.notes (id bigint primary key default nextval('app.numbers'));
insert into app.notes select from generate_series(1, 5);

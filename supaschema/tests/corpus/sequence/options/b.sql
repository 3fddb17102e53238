-- a sequence in use changes its options, and goes on from its value
create schema app;
create sequence app.numbers as integer increment by 5 minvalue 5 maxvalue 5000 start with 20 cycle;
create table app.notes (id bigint primary key default nextval('app.numbers'));

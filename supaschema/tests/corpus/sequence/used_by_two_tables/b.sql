-- two tables draw from one sequence
create schema app;
create sequence app.numbers;
create table app.first (id bigint primary key default nextval('app.numbers'::regclass));
create table app.second (id bigint primary key default nextval('app.numbers'::regclass));

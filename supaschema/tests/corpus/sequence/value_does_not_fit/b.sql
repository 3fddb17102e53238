-- a value that the type cannot have stands in the way
create schema app;
create sequence app.numbers as bigint;
select setval('app.numbers', 40000);

-- the limits that nobody chose are those of the type
create schema app;
create sequence app.numbers as smallint;
select nextval('app.numbers');

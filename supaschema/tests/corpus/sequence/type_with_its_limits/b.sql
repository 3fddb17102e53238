-- the limits that nobody chose are those of the type
create schema app;
create sequence app.numbers as bigint;

-- what was a function is an aggregate of the same name and arguments
create schema app;
create function app.least_of(integer) returns integer language sql as 'select $1';

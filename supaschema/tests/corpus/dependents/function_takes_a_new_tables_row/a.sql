-- a function whose argument is the row of a table that comes
create schema app;

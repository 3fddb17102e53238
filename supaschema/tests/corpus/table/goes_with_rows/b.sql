-- a table with rows goes
create schema app;

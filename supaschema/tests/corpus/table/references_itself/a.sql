-- a table comes that references itself
create schema app;

-- a table comes that is not logged
create schema app;

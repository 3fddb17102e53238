-- a table comes with storage options
create schema app;

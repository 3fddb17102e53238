-- a table without columns comes
create schema app;

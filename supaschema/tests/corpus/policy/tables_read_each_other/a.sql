-- the policies of two tables that come read each other's rows
create schema app;

-- a table without columns comes
create schema app;
create table app.empty ();

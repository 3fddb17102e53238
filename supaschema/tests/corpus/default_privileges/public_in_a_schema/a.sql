-- new objects of a schema are open to everybody
create schema app;

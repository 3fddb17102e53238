-- a schema's owner is another role
create schema app;

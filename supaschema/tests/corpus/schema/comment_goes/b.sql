-- a schema's comment goes
create schema app;

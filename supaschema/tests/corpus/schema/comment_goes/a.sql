-- a schema's comment goes
create schema app;
comment on schema app is 'old';

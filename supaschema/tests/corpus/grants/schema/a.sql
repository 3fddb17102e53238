-- what roles may do with a schema changes
create schema app;
grant usage, create on schema app to authenticated;

-- what roles may do with a schema changes
create schema app;
grant usage on schema app to authenticated, anon with grant option;
grant usage on schema app to public;

-- new objects of a schema are open to everybody
create schema app;
alter default privileges in schema app grant select on tables to public;
alter default privileges in schema app grant execute on functions to public;

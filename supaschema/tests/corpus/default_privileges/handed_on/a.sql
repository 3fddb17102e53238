-- default privileges may be handed on
create schema app;
alter default privileges in schema app grant select on tables to anon;

-- default privileges come with their schema, and go with it
create schema app;
alter default privileges in schema app grant select on tables to anon;
alter default privileges in schema app grant execute on functions to anon;

-- default privileges come, and go
create schema app;
alter default privileges in schema app grant select on tables to anon;
alter default privileges in schema app grant usage, select on sequences to authenticated;

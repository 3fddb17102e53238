-- a table comes in a schema where new tables are granted by themselves
create schema app;
alter default privileges in schema app grant select on tables to anon;

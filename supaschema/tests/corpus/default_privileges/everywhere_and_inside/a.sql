-- the same objects are open wherever they are made, and more so in a schema
create schema app;
alter default privileges grant select on tables to anon;

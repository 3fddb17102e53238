-- a primary key over time, and a foreign key to it
-- since: 18
create schema app;
create extension btree_gist with schema extensions;

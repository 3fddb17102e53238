-- A mapping comes, and goes; it says nothing.
-- by: superuser
create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw;

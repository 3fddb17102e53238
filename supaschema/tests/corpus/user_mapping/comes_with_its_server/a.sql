-- A mapping comes after its server, and goes before it.
-- by: superuser
create extension postgres_fdw;

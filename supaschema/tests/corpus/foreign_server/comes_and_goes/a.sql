-- A foreign server comes, and goes.
-- by: superuser
create extension postgres_fdw;

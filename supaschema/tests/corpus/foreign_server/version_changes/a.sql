-- A version comes, in place.
-- by: superuser
create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw;

-- Another version, in place.
-- by: superuser
create extension postgres_fdw;
create server books type 'x' version '15' foreign data wrapper postgres_fdw;

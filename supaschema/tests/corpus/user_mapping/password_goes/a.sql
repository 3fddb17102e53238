-- An option goes; to come back it would have to be known.
-- refused: have values that are not known here
-- by: superuser
create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw;
create user mapping for postgres server books options (user 'me');

-- What says something does not.
-- refused: user mapping books.postgres stands on it
-- by: superuser
create extension postgres_fdw;
create server books type 'old' foreign data wrapper postgres_fdw;
create user mapping for postgres server books options (user 'me');

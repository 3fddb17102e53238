-- Another wrapper takes another server.
-- by: superuser
create extension postgres_fdw;
create extension file_fdw;
create server books foreign data wrapper postgres_fdw options (host 'h');

-- Options come, change and go.
-- by: superuser
create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw options (host 'localhost', port '5433');

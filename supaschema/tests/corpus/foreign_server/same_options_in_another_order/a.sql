-- The order of options is no difference.
-- unchanged
-- by: superuser
create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw options (host 'h', port '1');

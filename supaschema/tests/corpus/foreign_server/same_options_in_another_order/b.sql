-- unchanged
create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw options (port '1', host 'h');

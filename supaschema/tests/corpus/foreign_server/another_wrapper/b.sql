create extension postgres_fdw;
create extension file_fdw;
create server books foreign data wrapper file_fdw;

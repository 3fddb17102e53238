create extension postgres_fdw;
create server books version '16' foreign data wrapper postgres_fdw;

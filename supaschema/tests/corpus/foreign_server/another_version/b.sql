create extension postgres_fdw;
create server books type 'x' version '16' foreign data wrapper postgres_fdw;

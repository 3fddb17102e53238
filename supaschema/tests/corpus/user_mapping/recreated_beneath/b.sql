create extension postgres_fdw;
create server books type 'new' foreign data wrapper postgres_fdw;
create user mapping for postgres server books;

create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw;
create user mapping for anon server books;
create user mapping for public server books;

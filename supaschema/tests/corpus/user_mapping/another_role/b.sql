create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw;
create user mapping for authenticated server books;

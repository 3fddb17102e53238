-- refused: have values that are not known here
create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw;
create user mapping for postgres server books options (user 'me', password 'two');

create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw options (dbname 'books', host 'elsewhere');

-- A collation has other rules while a foreign table's column is ordered by it.
-- by: superuser
-- refused: column line of foreign table app.far
create extension file_fdw;
create server files foreign data wrapper file_fdw;
create schema app;
create collation app.words (provider = libc, locale = 'C.UTF-8');
create foreign table app.far (line text collate app.words) server files options (filename '/dev/null');

-- It gets another name, and other options.
-- by: superuser
create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw options (host 'h');
grant usage on foreign server books to anon;

-- Everybody may use it, later nobody.
-- by: superuser
create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw;
grant usage on foreign server books to public;

-- One role may use it, later another, which may hand that on.
-- by: superuser
create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw;
grant usage on foreign server books to authenticated;

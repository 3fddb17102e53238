create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw;
grant usage on foreign server books to service_role with grant option;

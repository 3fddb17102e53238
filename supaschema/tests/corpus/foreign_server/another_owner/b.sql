create extension postgres_fdw;
grant usage on foreign data wrapper postgres_fdw to postgres;
create server books foreign data wrapper postgres_fdw;
grant usage on foreign server books to anon;
alter server books owner to postgres;

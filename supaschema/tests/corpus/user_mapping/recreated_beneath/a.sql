-- What says nothing stands aside while its server is made anew.
-- by: superuser
create extension postgres_fdw;
create server books type 'old' foreign data wrapper postgres_fdw;
create user mapping for postgres server books;

-- A comment changes, another goes.
-- by: superuser
create extension postgres_fdw;
create server books foreign data wrapper postgres_fdw;
create server films foreign data wrapper postgres_fdw;
comment on server books is 'one';
comment on server films is 'two';

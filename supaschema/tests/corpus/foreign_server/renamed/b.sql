create extension postgres_fdw;
create server library foreign data wrapper postgres_fdw options (host 'i');
grant usage on foreign server library to anon;

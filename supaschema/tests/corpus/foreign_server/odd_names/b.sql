create extension postgres_fdw;
create server "Our ""books""" foreign data wrapper postgres_fdw options (host 'a\b', application_name '');

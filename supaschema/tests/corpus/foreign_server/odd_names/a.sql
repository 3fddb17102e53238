-- Names and values that take quotes.
-- by: superuser
create extension postgres_fdw;
create server "Our ""books""" foreign data wrapper postgres_fdw options (host 'it''s', application_name 'a=b, c');

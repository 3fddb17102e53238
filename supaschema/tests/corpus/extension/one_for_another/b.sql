-- one extension goes and another comes
create schema app;
create extension hstore schema app;

-- one extension goes and another comes
create schema app;
create extension ltree schema app;

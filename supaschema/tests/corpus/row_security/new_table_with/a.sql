-- a table comes with row level security, forced
create schema app;

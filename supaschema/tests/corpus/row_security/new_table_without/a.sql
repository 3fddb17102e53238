-- a table comes without row level security
create schema app;

-- indexes come with a table
create schema app;

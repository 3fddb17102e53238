-- a dropped sequence comes back with its value, and a table with the sequence that it owns
create schema app;

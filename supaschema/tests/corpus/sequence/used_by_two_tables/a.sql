-- two tables draw from one sequence
create schema app;

-- two tables come that reference each other
create schema app;

-- two tables with foreign keys to each other both go
create schema app;

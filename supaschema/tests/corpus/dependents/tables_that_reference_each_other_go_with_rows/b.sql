-- two tables with foreign keys to each other both go and hold rows
create schema app;

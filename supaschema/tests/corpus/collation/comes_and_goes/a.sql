-- Collations come, with all that they can have.
create schema app;

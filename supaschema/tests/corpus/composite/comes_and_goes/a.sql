-- A composite type comes, with all that one can have.
create schema app;

-- Range types come, with all that one can have.
create schema app;

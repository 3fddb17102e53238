-- A domain comes whose check calls a function that takes it.
create schema app;

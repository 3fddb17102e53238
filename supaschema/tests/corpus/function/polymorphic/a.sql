-- a function of any type comes
create schema app;

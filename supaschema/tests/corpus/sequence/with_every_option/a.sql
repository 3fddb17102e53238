-- a sequence comes with every option
create schema app;

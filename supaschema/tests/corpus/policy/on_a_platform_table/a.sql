-- a policy comes to a table of the platform
create schema app;

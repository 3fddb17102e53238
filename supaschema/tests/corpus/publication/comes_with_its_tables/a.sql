-- a publication and the tables that it publishes come and go together
create schema app;

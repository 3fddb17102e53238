-- functions with SQL bodies of which one calls the other both come and go
create schema app;

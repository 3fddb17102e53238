-- a foreign key comes to the platform's users
create schema app;

-- function over table, view over function, policy over view: all come and go
create schema app;
create table app.base (id integer primary key, owner text);

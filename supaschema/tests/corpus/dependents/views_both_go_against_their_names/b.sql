-- the upper view's name sorts before that of the one it reads
create schema app;
create table app.notes (id bigint primary key, body text);

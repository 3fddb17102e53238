-- a NOT NULL is not inherited
-- since: 18
create schema app;
create table app.notes (id bigint primary key, body text);

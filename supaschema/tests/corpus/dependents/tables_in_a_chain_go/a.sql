-- a child and its parent both go, whichever name sorts first
create schema app;
create table app.parents (id bigint primary key);
create table app.children (id bigint primary key, parent bigint references app.parents);
create table app.alpha (id bigint primary key);
create table app.beta (id bigint primary key, alpha bigint references app.alpha);

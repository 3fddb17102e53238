-- row level security comes together with the first policy
create schema app;
create table app.notes (id bigint primary key);

-- rows are converted in a table whose owner sees none of them
create schema app;
create table app.notes (id bigint primary key, n bigint);
insert into app.notes values (1, 10);
alter table app.notes enable row level security;
alter table app.notes force row level security;

-- A table that there is no more, or not yet; its neighbour has rows.
create schema app;
create table app.stays (id bigint generated always as identity primary key, name text not null);
insert into app.stays (name) values ('one'), ('two');

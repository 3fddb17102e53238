-- an index changes on which the table is clustered
create schema app;
create table app.notes (id bigint primary key, a text not null, b text not null);
create index i on app.notes (a, b);
alter table app.notes cluster on i;

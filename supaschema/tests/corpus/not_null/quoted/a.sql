-- a column refuses NULL whose name needs quotes and is long
create schema app;
create table app.notes (id bigint primary key, "Ä column with a name of sixty-two bytes and a quote "" in it" text);
insert into app.notes values (1, 'one');

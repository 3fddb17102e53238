-- an enum type goes with a table of it that holds rows, which the archive keeps
-- returns
create schema app;
create type app.mood as enum ('sad', 'happy');
create table app.days (id bigint primary key, mood app.mood not null, moods app.mood[]);
insert into app.days values (1, 'sad', '{happy}');

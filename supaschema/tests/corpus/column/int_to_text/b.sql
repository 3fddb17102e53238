-- an integer becomes a text; there is no cast back without USING
create schema app;
create table app.notes (id bigint primary key, n text);
insert into app.notes values (1, '10');

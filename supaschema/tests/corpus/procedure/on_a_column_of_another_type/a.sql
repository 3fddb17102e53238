-- a column that a procedure's parsed body writes gets another type
create schema app;
create table app.notes (id bigint primary key, size integer);
insert into app.notes values (1, 2);
create procedure app.grow(amount integer) begin atomic update app.notes set size = size + amount; end;
grant execute on procedure app.grow to anon;
comment on procedure app.grow is 'Grows.';

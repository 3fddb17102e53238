-- Comment, and who may use it, are others while a column is of the range.
create schema app;
create type app.span as range (subtype = integer);
comment on type app.span is 'From and to.';
create table app.notes (id integer primary key, span app.span);
insert into app.notes values (1, '[1,3)');

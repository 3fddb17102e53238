-- A range has another name and schema, and what is of it follows; its multirange keeps its own.
create schema app;
create schema other;
create type app.span as range (subtype = integer);
create domain app.known as app.span;
create table app.notes (id integer primary key, span app.span default '[1,2)'::app.span, spans app.span[], many app.span_multirange, known app.known);
insert into app.notes values (1, '[1,3)', array['[1,2)'::app.span], '{[1,2)}', '[4,5)');
create view app.v as select span, lower(known) as low from app.notes;
create function app.f(p app.span) returns app.span language sql as 'select p';

-- A range has another name and schema, and what is of it follows; its multirange keeps its own.
create schema app;
create schema other;
create type other.stretch as range (subtype = integer, multirange_type_name = app.span_multirange);
create domain app.known as other.stretch;
create table app.notes (id integer primary key, span other.stretch default '[1,2)'::other.stretch, spans other.stretch[], many app.span_multirange, known app.known);
insert into app.notes values (1, '[1,3)', array['[1,2)'::other.stretch], '{[1,2)}', '[4,5)');
create view app.v as select span, lower(known) as low from app.notes;
create function app.f(p other.stretch) returns other.stretch language sql as 'select p';

-- A range has bounds of another type while columns are of it, of arrays, its multirange and a domain over it.
-- refused: it cannot be another range while columns are of the type: column app.notes.known, column app.notes.many, column app.notes.one, column app.notes.spans.
create schema app;
create type app.span as range (subtype = integer);
create domain app.known as app.span;
create table app.notes (id integer primary key, one app.span, spans app.span[], many app.span_multirange, known app.known);

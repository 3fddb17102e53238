-- Range types come, with all that one can have.
create schema app;
create function app.apart(a integer, b integer) returns double precision language sql immutable as 'select (a - b)::double precision';

create type app.span as range (subtype = integer, subtype_diff = app.apart);
create type app."a Range" as range (subtype = text, subtype_opclass = text_pattern_ops, collation = "C", multirange_type_name = app.many);
create type app.daterange as range (subtype = date, subtype_diff = pg_catalog.daterange_subdiff);
comment on type app.span is 'From and to.';
revoke usage on type app.span from public;
grant usage on type app.span to authenticated;

-- A range has bounds of another type, under all that can stand on it while no column is of it.
create schema app;
create type app.span as range (subtype = integer);
comment on type app.span is 'Stays.';
revoke usage on type app.span from public;
create table app.notes (id integer primary key, n integer, w text default '[1,2)'::app.span::text);
alter table app.notes enable row level security;
insert into app.notes values (1, 2);
create view app.v as select id, upper('[1,2)'::app.span)::text as one from app.notes;
create view app.whole as select id, null::app.span as span, app.span(null, null) as made, null::app.span_multirange as spans from app.notes;
grant select on app.whole to authenticated;
comment on view app.whole is 'Stays.';
create materialized view app.m as select id, null::app.span as span from app.notes;
create function app.f(p app.span, q app.span_multirange) returns app.span language sql as 'select p';
revoke execute on function app.f(app.span, app.span_multirange) from public;
create function app.g(p app.span[]) returns boolean language sql stable begin atomic select isempty(p[1]); end;
create policy p on app.notes for select to authenticated using (isempty('[1,2)'::app.span));
create domain app.known as app.span check (not isempty(value));

-- objects come where default privileges give rights to a role
create schema app;
create conversion app.plain for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
alter default privileges in schema app grant select on tables to anon;
alter default privileges in schema app grant execute on functions to anon;
create table app.notes (id bigint primary key);
create view app.v as select id from app.notes;
create function app.f() returns integer language sql set search_path = '' as $$ select 1 $$;
revoke all on app.notes, app.v from anon;
revoke all on function app.f() from anon;

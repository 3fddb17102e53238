-- objects come where default privileges give rights to a role
create schema app;
create collation app.plain (locale = 'C');
alter default privileges in schema app grant select on tables to anon;
alter default privileges in schema app grant execute on functions to anon;

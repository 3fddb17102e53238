-- a schema comes with grants for roles and for everybody
create schema reports;
grant usage on schema reports to anon, authenticated;
grant create on schema reports to service_role;
grant usage on schema reports to public;

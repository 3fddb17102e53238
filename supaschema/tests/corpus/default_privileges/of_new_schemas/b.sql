-- new schemas are open to a role
alter default privileges grant usage on schemas to authenticated;

-- new large objects are open to a role
-- since: 18
alter default privileges grant select on large objects to authenticated;

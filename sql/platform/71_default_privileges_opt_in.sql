-- What a new object in schema public grants by itself: every project from October 2026 on.
-- Run after the legacy file. Data access is taken back, and only that: a new table of `postgres` still
-- grants TRUNCATE, REFERENCES, TRIGGER (and MAINTAIN) to the API roles, a new sequence still grants
-- UPDATE, a new function stays executable by PUBLIC, and the rules for `supabase_admin` stay as they were.

alter default privileges for role postgres in schema public
  revoke select, insert, update, delete on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke usage, select on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke execute on functions from anon, authenticated, service_role;

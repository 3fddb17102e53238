-- new types are closed to everybody and open to one role
alter default privileges revoke usage on types from public;
alter default privileges grant usage on types to authenticated;

-- new functions are closed to everybody
alter default privileges revoke execute on functions from public;

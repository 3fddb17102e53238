-- whoever makes tables may do less with them, and in a schema is named
create schema app;
alter default privileges revoke truncate on tables from postgres;
alter default privileges in schema app grant select on tables to postgres;

-- a sequence comes with every option
create schema app;
create sequence app."Odd numbers" as integer increment by 2 minvalue 101 maxvalue 9999 start with 1001 cache 7 cycle;
comment on sequence app."Odd numbers" is 'They are odd.';
grant usage on sequence app."Odd numbers" to authenticated;
grant select, update on sequence app."Odd numbers" to service_role with grant option;

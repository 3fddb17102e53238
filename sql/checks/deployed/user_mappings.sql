-- User mappings, each with the names of its options as far as the server shows them to whoever asks: never a value.
select
  m.srvname as server,
  m.usename as role,
  array(select o.option_name from pg_catalog.pg_options_to_table(m.umoptions) as o order by o.option_name) as options,
  m.umoptions is not null as shown
from pg_catalog.pg_user_mappings as m

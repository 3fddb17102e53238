-- Extensions in schema `extensions`, as far as this server has them.
-- Run by `supabase_admin`; a missing one is left out without a word: a server built
-- without pgvector is a database "where pgvector is not installed".

do $$
declare
  extension_name text;
begin
  for extension_name in
    select available.name
    from pg_catalog.pg_available_extensions as available
    where available.name in ('pgcrypto', 'uuid-ossp', 'pg_stat_statements', 'pg_trgm', 'vector')
    order by available.name
  loop
    execute format('create extension if not exists %I with schema extensions', extension_name);
  end loop;
end
$$;

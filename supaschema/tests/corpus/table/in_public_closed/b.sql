-- a table comes in public and is closed to the roles of the API
create table public.notes (id bigint primary key, body text);
revoke all on public.notes from anon, authenticated, service_role;

-- Another type takes another server; what it gives and says stays.
-- by: superuser
create extension postgres_fdw;
create server books type 'old' foreign data wrapper postgres_fdw options (host 'h');
grant usage on foreign server books to authenticated;
comment on server books is 'kept';

-- What no program declares: the lints refuse it, a text of it may be a key, or no declaration says it.
create table shop.log (line text);
create policy "loose" on shop.log for all to anon using (true);
create function shop.loose() returns integer language sql as 'select 1';
create table shop.turns (id integer primary key, boss integer);
alter table shop.turns enable row level security;
create policy "round" on shop.turns for select to authenticated using (boss in (select t.id from shop.turns t));
create function shop.parsed(n integer) returns integer language sql set search_path = pg_catalog, pg_temp
    return n + 1;
create schema supabase_functions;
create function supabase_functions.http_request() returns trigger language plpgsql as 'begin return new; end';
create trigger tell after insert on shop.turns for each row
    execute function supabase_functions.http_request('https://hooks.example', 'POST', '{"key": "k-1234567"}');
select cron.schedule('tell', '5 4 * * *', 'select pg_notify(''k-1234567'', null)');
select cron.schedule('tidy', '5 4 * * *', 'select 1');
grant usage on type shop.state to service_role with grant option;
create view shop.handed with (security_invoker = true) as select t.id from shop.turns t;
grant select on shop.handed to service_role with grant option;
alter table shop.events_2026 alter payload set default '{}';
comment on column shop.events_2026.payload is 'of this year';
create table shop.open (id integer primary key, made_by uuid);
alter table shop.open enable row level security;
create policy "new ones" on shop.open for select to anon using (id > 10);
create policy own on shop.open for select to authenticated using (made_by = auth.uid());
grant select, truncate, trigger on shop.open to anon;
create view shop.opened with (security_invoker = true) as select o.id from shop.open o;
grant select, truncate on shop.opened to anon;
comment on index shop.customers_email_key is 'for signing in';
comment on constraint events_2026_pkey on shop.events_2026 is 'of this year';
alter view shop.recent alter total set default 0;
revoke delete on shop.log from postgres;
alter materialized view shop.by_state cluster on by_state_state;

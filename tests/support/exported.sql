-- A database made by hand: every kind of object, and names that need care.
create schema "Weird ""one""";
comment on schema "Weird ""one""" is 'it''s odd';
create schema shop;
grant usage on schema shop to anon;
create type shop.state as enum ('new', 'it''s done', 'überfällig');
create domain shop.amount as numeric(12, 2) default 0 check (value >= 0);
create sequence shop.numbers start 100 increment 5;
create table shop.customers (
    id bigint generated always as identity primary key,
    email text not null unique,
    "select" text default 'it''s "quoted" \ here',
    tags text[] not null default '{}',
    constraint "e-mail has @" check (email like '%@%')
);
comment on table shop.customers is 'Who buys.

A second paragraph with "quotes", ''apostrophes'' and a \ backslash.';
create table shop.orders (
    id serial primary key,
    number bigint not null default nextval('shop.numbers'),
    customer bigint not null references shop.customers on delete cascade,
    state shop.state not null default 'new',
    total shop.amount,
    gross numeric generated always as (total * 1.19) stored,
    during tstzrange
);
create index "orders by state" on shop.orders (state, total desc nulls last) where state <> 'new';
create table shop.employees (id integer primary key, boss integer references shop.employees, team integer);
create table shop.teams (id integer primary key, lead integer references shop.employees);
alter table shop.employees add foreign key (team) references shop.teams;
create table shop.events (id bigint, at timestamptz, payload jsonb, primary key (id, at)) partition by range (at);
create table shop.events_2026 partition of shop.events for values from ('2026-01-01') to ('2027-01-01');
create table "Weird ""one"""."from" (
    "order" integer primary key,
    "naïve column" text,
    "100%" numeric,
    "class" shop.state
);
create function shop.is_own(customer bigint) returns boolean language sql stable
    security definer set search_path = pg_catalog, pg_temp
    as $$ select exists (select from shop.customers c where c.id = customer) $$;
create function shop.total(customer bigint, since date default '2026-01-01') returns numeric language sql stable
    set search_path = pg_catalog, pg_temp
    as $$ select sum(o.total) from shop.orders o where o.customer = total.customer $$;
create function shop.total(customer text) returns numeric language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$ begin return (select shop.total(c.id) from shop.customers c where c.email = customer); end $$;
create function shop.stamp() returns trigger language plpgsql set search_path = pg_catalog, pg_temp
    as $$ begin new.email := lower(new.email); return new; end $$;
create trigger "stamp it" before insert or update on shop.customers for each row execute function shop.stamp();
create view shop.recent with (security_invoker = true) as
    select o.id, o.total, c.email from shop.orders o join shop.customers c on c.id = o.customer;
create view "Weird ""one""".pairs with (security_invoker = true) as
    select f."order", r.email from "Weird ""one"""."from" f join shop.recent r on r.id = f."order";
create materialized view shop.by_state as select state, count(*) as n from shop.orders group by state;
create unique index by_state_state on shop.by_state (state);
alter table shop.customers enable row level security;
create policy "own rows" on shop.customers for select to authenticated using ((select shop.is_own(id)));
grant select on shop.customers to authenticated;
grant select (id, state) on shop.orders to service_role;
create rule nothing as on delete to shop.teams do instead nothing;

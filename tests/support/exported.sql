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
create procedure shop.clear(inout days integer default 30) language plpgsql
    set search_path = pg_catalog, pg_temp as $$ begin days := days + 1; end $$;
create procedure shop.clear(customer text) language plpgsql as $$ begin commit; end $$;
grant execute on procedure shop.clear(text) to authenticated;
create aggregate shop.spent(numeric) (sfunc = pg_catalog.numeric_larger, stype = numeric, initcond = '0');
create view shop.most as select shop.spent(o.total) from shop.orders o;
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
create table shop."a.b" (id integer primary key, "x.y" text, "tab	bed" integer default 3);
create table shop."Ünï ""cöde"" 漢字" ("a.b" integer references shop."a.b", "line
break" text, constraint "p k" primary key ("a.b"));
create index "i.j" on shop."a.b" ("x.y");
alter table shop."a.b" enable row level security;
create policy "p/q.r" on shop."a.b" for select to authenticated using ("x.y" = 'a/b');
create function shop."f(x)"("in" integer, out "out" text) language plpgsql set search_path = pg_catalog, pg_temp
    as E'begin\r\n  "out" := ''\\\\d+ """ \\t'';\r\nend';
create function shop.stamped() returns trigger language plpgsql set search_path = pg_catalog, pg_temp
    set work_mem = '8MB' cost 7 as $$ begin return new; end $$;
create trigger "t.u" before update of "x.y" on shop."a.b" for each row
    when (old."x.y" is distinct from new."x.y") execute function shop.stamped('an "argument"', '\d');
create type shop."mood.s" as enum ('a"b', 'c''d', e'e\nf');
create view shop."v.w" with (security_invoker = true, security_barrier = true) as
    select "x.y" as "select", id as "the id" from shop."a.b" where id > 0 with local check option;
comment on column shop."v.w"."the id" is 'from """a.b"""\';
grant select ("the id") on shop."v.w" to anon;
create sequence shop."s.t" as smallint increment -1 minvalue -100 maxvalue -1 cycle;
comment on sequence shop."s.t" is E'ends with a quote "';
create table shop.kinds (
    id bigint generated by default as identity (start 10 increment 2),
    low text collate "C" not null,
    size integer check (size > 0) no inherit,
    "when" daterange,
    primary key (id) include (low),
    unique nulls not distinct (low, size) deferrable initially deferred
) with (fillfactor = 70);
alter table shop.kinds alter low set storage external, alter low set statistics 300, replica identity full;
create index on shop.kinds using gin (to_tsvector('simple'::regconfig, low)) with (fastupdate = off);
create index on shop.kinds (lower(low) text_pattern_ops, size desc) include ("when");

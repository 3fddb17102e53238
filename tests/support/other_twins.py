"""Further objects that checks of a database must raise, or must not: of whom is what, and what a trigger asks."""

from __future__ import annotations

_OF_A_HELPER = "create role helper; create type public.bad as {}; alter type public.bad owner to helper"
_OF_A_GROUP = """
    create role helper;
    create role team admin helper;
    {};
    grant team to postgres;
    reset role;
    create type public.bad as enum ('x');
    alter type public.bad owner to team
"""
OF_A_ROLE = "create role helper; create domain public.bad as text; alter domain public.bad owner to helper"
_WHEN = """
    create role helper;
    create table public.bad (id int);
    create function public.hers() returns boolean language sql return true;
    alter function public.hers() owner to helper;
    create function public.same(integer, integer) returns boolean language sql return true;
    alter function public.same(integer, integer) owner to helper;
    create operator public.=== (leftarg = integer, rightarg = integer, function = public.same);
    create trigger bad before update on public.bad for each row
      when ({}) execute function public.update_updated_at_column();
"""
_GOES_ALONG = """
    create role helper;
    do $$ begin execute format('grant create on database %I to helper', current_database()); end $$;
    grant create, usage on schema public to helper;
    set local role helper;
    create extension citext schema public;
    create collation public.bad from "C";
    reset role;
    create extension intarray schema extensions;
"""
_CALLED_AS_THE_PLATFORMS = """
    create role helper;
    create schema _hers authorization helper;
    create schema pgmq_hers authorization helper;
    create schema _ours authorization postgres;
    create schema _theirs authorization supabase_admin;
    create table _hers.bad (id int);
    create table _ours.bad (id int);
    create table _theirs.good (id int);
"""
_ADDED_TO_AN_EXTENSION = """
    create role helper;
    create role team admin helper;
    grant team to postgres;
    create extension hstore schema public;
    create table public.bad (id int);
    alter table public.bad owner to team;
    create table public.good (id int);
    alter extension hstore add table public.bad;
    alter extension hstore add table public.good;
"""
_BY_A_CLASS_OF_OTHERS = """
    create role helper;
    do $$ begin execute format('grant create on database %I to helper', current_database()); end $$;
    grant create, usage on schema public to helper;
    create table public.good (id int primary key, words tsvector);
    alter table public.good owner to postgres;
    set local role helper;
    create extension btree_gin schema public;
    reset role;
    create index i on public.good using gin (id);
    create index own on public.good using gin (words);
"""
_OURS = "create domain public.good as text; alter domain public.good owner to postgres"

OTHER_TWINS: tuple[tuple[str, str, set[str]], ...] = (
    ("owned_by_another_role", OF_A_ROLE, {"public.bad"}),
    ("owned_by_another_role", _OF_A_HELPER.format("enum ('x')"), {"public.bad"}),
    ("owned_by_another_role", _OF_A_HELPER.format("(a text)"), {"public.bad"}),
    ("owned_by_another_role", _OF_A_HELPER.format("range (subtype = integer)"), {"public.bad"}),
    ("owned_by_another_role", _OF_A_GROUP.format("set local role helper"), {"public.bad"}),
    ("owned_by_another_role", _OF_A_GROUP.format("select 1"), set()),
    ("owned_by_another_role", _GOES_ALONG, {"collation public.bad", "extension citext"}),
    ("owned_by_another_role", _BY_A_CLASS_OF_OTHERS, {"extension btree_gin", "public.i"}),
    ("owned_by_another_role", _OURS, set()),
    ("owned_by_another_role", _CALLED_AS_THE_PLATFORMS, {"_hers", "pgmq_hers"}),
    ("table_without_primary_key", _CALLED_AS_THE_PLATFORMS, {"_hers.bad", "_ours.bad"}),
    ("table_without_primary_key", _ADDED_TO_AN_EXTENSION, {"public.bad"}),
    ("trigger_of_another_role", _WHEN.format("public.hers()"), {"public.bad"}),
    ("trigger_of_another_role", _WHEN.format("new.id operator(public.===) 1"), {"public.bad"}),
    ("trigger_of_another_role", _WHEN.format("query_to_xml('select 1', true, true, '') is null"), {"public.bad"}),
    ("trigger_of_another_role", _WHEN.format("new.id = 1 and now() > '2000-01-01'"), set()),
)
"""The check, SQL that makes objects, and the objects that it raises of these."""

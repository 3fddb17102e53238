"""As many rows are made up as are wanted, whatever is unique of them; of what takes none that is told."""

from __future__ import annotations

from supaschema.core.sqltext import Name
from supaschema.review.access.tries.planting import columns, plant
from supaschema.review.many_rows import Many, multiply
from tests.fixtures.postgres import Database

TABLES = """
    create type public.mood as enum ('calm', 'wild');
    create domain public.short as varchar(12);
    create table public.people (
      id uuid primary key default gen_random_uuid(), mail text not null, nick public.short unique, mood public.mood,
      number serial unique, born timestamptz unique, check (mood in ('calm', 'wild')));
    create unique index on public.people (lower(mail));
    create table public.teams (id bigint generated always as identity primary key, name varchar(10), unique (name));
    create table public.members (
      person uuid references public.people, team bigint references public.teams, primary key (person, team));
    create table public.documents (id int primary key, content jsonb unique);
    create table public.given (number bigserial, made timestamptz not null default now());
"""
WANTED: dict[Name, int] = {("public", name): 5_000 for name in ("people", "teams", "members", "given")}


def test_what_is_unique_differs_from_row_to_row(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(TABLES.encode())
        known = {name: each for name, each in columns(connection).items() if name[0] == "public"}
        with connection.transaction():
            planted = plant(connection, known).planted
        documents = ("public", "documents")
        found = multiply(connection, planted, known, {**WANTED, documents: 7})
        assert found == Many(
            {**{f"public.{name}": 5_000 for _, name in WANTED}, "public.documents": 2},
            {"public.documents": "UniqueViolation"},
        )
        for schema, name in WANTED:
            counts = f"select (select count(*) from {schema}.{name}), reltuples from pg_class where oid = %s::regclass"
            assert connection.execute(counts.encode(), [f"{schema}.{name}"]).fetchone() == (5_000, 5_000.0)


def test_fewer_than_are_there_takes_none_away(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(b"create table public.notes (id int primary key, text text)")
        known = {name: each for name, each in columns(connection).items() if name[0] == "public"}
        with connection.transaction():
            planted = plant(connection, known).planted
        assert multiply(connection, planted, known, {("public", "notes"): 1}) == Many({"public.notes": 2}, {})

"""A cast that somebody made for a type of theirs does not run when the archive takes values of that type."""

from __future__ import annotations

import pytest

from supaschema.core.errors import OwnershipError
from supaschema.declarations import Column
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import one
from tests.support.declared import notes
from tests.support.objects import managed

_MOOD = """
    create type strange.mood as enum ('fine', 'bad');
    create function strange.told(strange.mood) returns text language plpgsql as
      'begin perform strange.note(); return null; end';
    create cast (strange.mood as text) with function strange.told(strange.mood);
"""
_USED = """
    alter table public.notes add mood strange.mood, add state strange.mood default 'fine';
    insert into public.notes (mood, state) values ('bad', 'bad'), (null, 'fine');
"""


def test_a_column_of_a_strange_type_goes_to_the_archive_by_the_types_own_text(database: Database, stranger: Stranger):
    stranger.connection.execute(_MOOD)
    with managed(database.url) as objects, database.connect() as owner:
        objects.apply(notes())
        owner.execute(_USED)
    with managed(database.url) as objects, database.connect() as owner:
        objects.apply(notes())
        kept = one(owner, "select jsonb_agg(column_values order by key) from supaschema_archive.column_values")
    assert kept == [{"mood": "bad", "state": "bad"}]
    assert stranger.ran() == []


def test_a_table_with_a_strange_type_goes_to_the_archive_likewise(database: Database, stranger: Stranger):
    stranger.connection.execute(_MOOD)
    with managed(database.url) as objects, database.connect() as owner:
        objects.apply(notes())
        owner.execute(_USED)
    with managed(database.url) as objects, database.connect() as owner:
        objects.remove(notes())
        kept = one(owner, 'select array_agg(mood order by mood) from supaschema_archive."public.notes"')
    assert kept == ["bad", None]
    assert stranger.ran() == []


def test_no_column_of_a_strange_type_gets_another_type(database: Database, stranger: Stranger):
    stranger.connection.execute(_MOOD.replace("(strange.mood);\n", "(strange.mood) as assignment;\n"))
    table = notes("notes", Column(name="mood", type="text"))
    with managed(database.url) as objects, database.connect() as owner:
        objects.apply(table)
        owner.execute("alter table public.notes alter mood type strange.mood using 'bad'")
        owner.execute("insert into public.notes (mood) values ('bad')")
    for way in ("preview", "apply"):
        with managed(database.url) as objects, pytest.raises(OwnershipError, match="a cast of theirs would run"):
            getattr(objects, way)(table)
    assert stranger.ran() == []

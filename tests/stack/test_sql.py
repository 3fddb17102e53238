"""Statements of the author's own, through Pulumi: run once, run again where somebody undid them, taken back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from supaschema.declarations import Hazard, ObjectSet, Sql
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.pulumi import Declared, Stack, previewed, said, summary
from tests.support.survey import schema

DICTIONARY = Sql(
    name="odd_words",
    up="create text search dictionary public.odd (template = pg_catalog.simple);\n"
    "comment on text search dictionary public.odd is 'a;b'",
    check="select exists (select from pg_catalog.pg_ts_dict where dictname = 'odd')",
    down="drop text search dictionary public.odd",
)
OTHER = Sql(
    name="other_words",
    up="alter text search dictionary public.odd (accept = false)",
    check="select pg_catalog.strpos(dictinitoption, 'accept') > 0 from pg_catalog.pg_ts_dict where dictname = 'odd'",
)


def there(database: Database) -> object:
    with database.connect() as owner:
        return one(owner, DICTIONARY.check)


def undone(database: Database) -> None:
    with database.connect() as owner:
        owner.execute(str(DICTIONARY.down).encode())


@pytest.mark.long
def test_it_is_run_once_seen_undone_run_again_and_taken_back(objects: Stack, database: Database) -> None:
    before = schema(database)
    objects.declare(Declared("words", DICTIONARY), Declared("other", OTHER, after=("words",)))

    shown = previewed(objects.run("preview", "--json"))
    assert "create text search dictionary public.odd (template = pg_catalog.simple);" in shown.reports["words"]
    assert "HAS_UNTRACKABLE_DEPENDENCIES: sql odd_words: what `up` touches, and which locks" in shown.reports["words"]
    objects.up()
    assert there(database) is True
    assert objects.clean()

    undone(database)
    objects.run("refresh", "--yes")
    assert "supaschema:index:Sql" not in objects.run("stack", "export").stdout
    assert summary(objects.up())["created"] == 2
    assert there(database) is True
    assert objects.clean()

    undone(database)
    assert previewed(objects.run("preview", "--json")).operations == {"words": "update", "other": "update"}
    objects.up()
    assert there(database) is True

    objects.declare()
    shown = previewed(objects.run("preview", "--json"))
    assert shown.operations == {"words": "delete", "other": "delete"}
    assert "sql other_words: it has no `down`: what its statements did stays." in said(objects.destroy())
    assert there(database) is False
    assert schema(database) == before


@pytest.mark.long
def test_what_is_written_otherwise_is_recorded_and_what_is_risky_takes_consent(
    objects: Stack, database: Database
) -> None:
    objects.declare(Declared("set", ObjectSet(objects=(DICTIONARY, OTHER))))
    objects.up()
    assert objects.clean()

    changed = replace(DICTIONARY, up="select 1", hazards=(Hazard.DELETES_DATA,), down_hazards=(Hazard.DELETES_DATA,))
    objects.declare(Declared("set", ObjectSet(objects=(changed, OTHER))))
    shown = previewed(objects.run("preview", "--json"))
    assert "It is recorded, and nothing of `up` is run." in shown.reports["set"]
    objects.up()
    assert objects.clean()

    refused = said(objects.destroy(ok=False))
    assert "DELETES_DATA: sql odd_words: whoever wrote it says so of `down`" in refused
    consent = [{"hazard": "DELETES_DATA", "resource": "set"}]
    objects.declare(Declared("set", ObjectSet(objects=(changed, OTHER))), allow_hazards=consent)
    objects.up()
    objects.destroy()
    assert there(database) is False


@pytest.mark.long
def test_no_database_says_what_was_run_in_it(objects: Stack) -> None:
    objects.declare(Declared("words", DICTIONARY, imported="odd_words"))

    assert "no database says what was run in it" in said(objects.run("preview", ok=False))

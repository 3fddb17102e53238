"""Subscriptions: told by name with what they are to, never how they connect; what they write to stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.comparison.reading import of_database
from supaschema.core.errors import DependencyError
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Column, Schema
from supaschema.drift.model import Topic
from supaschema.drift.sweep import swept
from supaschema.engine.pipeline import Pipeline
from supaschema.portable.model import NotModelled
from supaschema.portable.take import taken
from supaschema.provider.operations import Operations
from supaschema.registry import KINDS, RESOURCES
from tests.fixtures.postgres import Database
from tests.support.declared import notes
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

SECRET = "hunter2hunter2"
FEED = NotModelled(sort="subscription", name="feed")
BODY = Column(name="body", type="text")
PLACE = Schema(name="app")
NOTES = replace(notes("notes", BODY), schema="app")
OTHER = replace(notes("other"), schema="app")


@pytest.fixture
def feed(database: Database) -> Iterator[Connection]:
    """A subscription that writes one of two tables, as somebody made it; the connection of a superuser."""
    with managed(database.url) as objects:
        for declared in (PLACE, NOTES, OTHER):
            objects.apply(declared)
    with database.connect_superuser() as platform:
        platform.execute(
            f"create subscription feed connection 'dbname=nowhere password={SECRET}' publication news, more"
            " with (connect = false, enabled = false, slot_name = none)"
        )
        # No publisher is there to be asked which tables it tells of.
        platform.execute(
            "insert into pg_subscription_rel (srsubid, srrelid, srsubstate)"
            " select s.oid, 'app.notes'::regclass, 'r' from pg_subscription s"
        )
        yield platform
        platform.execute("drop subscription feed")


@pytest.fixture
def objects(database: Database, feed: Connection) -> Iterator[Objects]:
    """The declared objects, beside the subscription."""
    with managed(database.url) as found:
        yield found


def test_drift_tells_what_it_is_to_and_what_it_writes(database: Database, feed: Connection) -> None:
    looking = Managed(Settings(database.url))
    try:
        result = swept(looking, KINDS)
    finally:
        looking.close()

    (found,) = [item for item in result.findings if item.kind == "subscription"]
    assert (found.topic, found.name, found.why) == (Topic.UNMANAGED, "feed", "it writes rows of app.notes")
    assert found.definition == {"says": "publications news, more, disabled"}
    assert found.repair == ()
    assert SECRET not in repr(result)


def test_a_preview_tells_it_with_the_table_once(database: Database, feed: Connection) -> None:
    operations = Operations(Settings(database.url))
    try:
        table, schema = RESOURCES["supaschema:index:Table"], RESOURCES["supaschema:index:Schema"]
        assert operations.remarks(schema, PLACE.to_inputs()).unmodelled is None
        told = operations.remarks(table, NOTES.to_inputs()).unmodelled
        assert told == "not modelled, and left as it is: subscription feed of news, more, disabled."
    finally:
        operations.pipeline.close()


def test_a_comparison_tells_that_it_is_another_and_a_snapshot_has_no_word_of_how_it_connects(
    database: Database, feed: Connection
) -> None:
    def read() -> str | None:
        pipeline = Pipeline(Managed(Settings(database.url)), KINDS)
        try:
            assert SECRET not in repr(taken(pipeline.database, KINDS))
            return of_database(pipeline).others[FEED]
        finally:
            pipeline.database.close()

    first, again = read(), read()
    feed.execute("alter subscription feed set publication news with (refresh = false)")
    assert first is not None
    assert (again == first, read() == first) == (True, False)


def test_a_table_that_it_writes_is_neither_dropped_nor_renamed(objects: Objects) -> None:
    later = replace(NOTES, name="memos", renamed_from=("notes",))
    for way, what in (
        (lambda: objects.removal(NOTES), "dropped"),
        (lambda: objects.remove(NOTES), "dropped"),
        (lambda: objects.preview(later, named=NOTES), "renamed"),
        (lambda: objects.preview(replace(PLACE, name="place", renamed_from=("app",)), named=PLACE), "renamed"),
    ):
        with pytest.raises(DependencyError, match=f"it cannot be {what}: subscription feed writes its rows"):
            way()
    assert not objects.removal(OTHER).empty


def test_a_column_that_goes_from_it_is_told(objects: Objects) -> None:
    plan = objects.preview(replace(NOTES, columns=NOTES.columns[:-1]))

    what = "subscription feed writes rows of app.notes: where those have column app.notes.body, it stops"
    assert any(note.startswith(what) for note in plan.notes)
    assert all("subscription" not in item.text for item in plan.statements)
    more = objects.preview(replace(NOTES, columns=(*NOTES.columns, Column(name="more", type="text"))))
    assert not any("subscription" in note for note in more.notes)

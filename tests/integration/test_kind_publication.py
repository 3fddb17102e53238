"""Publications among what other resources and other people have in them."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from msgspec.structs import replace

from supaschema.core.errors import NotThereError
from supaschema.core.model import Hazard
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import (
    Column,
    ObjectSet,
    PrimaryKey,
    Publication,
    PublicationTable,
    PublishedOperation,
    PublishedTable,
    Schema,
    Table,
)
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

ID = Column(name="id", type="bigint", nullable=False)
NOTES = Table(name="notes", columns=(ID, Column(name="body", type="text")), primary_key=PrimaryKey(columns=("id",)))
LOGS = Table(name="logs", columns=(Column(name="said", type="text"),))
FEED = Publication(name="feed", tables=(PublishedTable(table="notes", columns=("id", "body"), where="id > 1"),))
REALTIME = PublicationTable(publication="supabase_realtime", table="notes")
PUBLISHED = "select concat(pubname, ': ', tablename) from pg_publication_tables order by 1"


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """Two tables, and a publication that the platform made."""
    with database.connect_superuser() as platform:
        platform.execute("create publication supabase_realtime")
        platform.execute("alter publication supabase_realtime owner to postgres")
    with managed(database.url) as found:
        found.apply(NOTES)
        found.apply(LOGS)
        yield found


def test_it_is_declared_as_it_is_live(objects: Objects, database: Database, connection: Connection):
    plan = objects.apply(FEED)
    told = next(line for line in plan.sentences(Hazard.AUTHZ_UPDATE))
    assert told.startswith("Whoever may subscribe to publication feed is told the rows that its condition admits")
    assert objects.preview(FEED).empty
    assert objects.imported(FEED) == replace(
        FEED, tables=(PublishedTable(table="notes", columns=("body", "id"), where="(id > 1)"),)
    )
    connection.execute("alter publication feed set (publish = 'insert')")
    connection.execute("alter publication feed add table public.logs")

    with managed(database.url) as later:
        assert [item.text for item in later.preview(FEED).statements] == [
            'alter publication "feed" drop table only "public"."logs"',
            "alter publication \"feed\" set (publish = 'insert, update, delete, truncate')",
        ]
        assert [item.text for item in later.preview(replace(FEED, tables=None)).statements][:1] == [
            'alter publication "feed" drop table only "public"."notes"'
        ]
        later.remove(FEED)
    assert column(connection, PUBLISHED) == []


def test_a_table_comes_into_a_publication_of_the_platform_and_leaves_it(objects: Objects, connection: Connection):
    connection.execute("alter publication supabase_realtime add table public.logs")
    logs = replace(REALTIME, table="logs")
    for declared in (REALTIME, logs):
        objects.apply(declared)
    assert column(connection, PUBLISHED) == ["supabase_realtime: logs", "supabase_realtime: notes"]

    for declared in (REALTIME, logs):
        objects.remove(declared)

    assert column(connection, PUBLISHED) == ["supabase_realtime: logs"]


def test_a_publication_that_there_is_not_is_refused_unless_a_resource_makes_it(objects: Objects):
    told = PublicationTable(publication="feed", table="notes")
    for way in (objects.preview, objects.apply):
        with pytest.raises(NotThereError, match=r"there is no publication feed\."):
            way(told)
    empty = replace(FEED, tables=None)
    objects.declare(empty)
    objects.preview(empty)
    assert not objects.preview(told).empty
    objects.apply(empty)
    objects.apply(told)


def test_a_table_whose_rows_nothing_tells_apart_fails_as_it_is_told(objects: Objects, connection: Connection):
    sentence = "Each delete and update of public.logs fails while publication feed publishes it: it has no primary key"
    everything = Publication(name="feed", tables=(PublishedTable(table="logs"),))
    inserts = replace(everything, operations=(PublishedOperation.INSERT,))

    assert objects.preview(inserts).sentences(Hazard.CORRECTNESS) == ()
    (told,) = objects.apply(everything).sentences(Hazard.CORRECTNESS)
    assert told.startswith(sentence)
    connection.execute("insert into public.logs values ('a')")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="replica identity"):
        connection.execute("update public.logs set said = 'b'")
    objects.apply(inserts)
    connection.execute("update public.logs set said = 'b'")


def test_nobody_is_told_of_what_the_archive_holds(objects: Objects, connection: Connection):
    cards = replace(NOTES, name="cards")
    objects.apply(cards)
    connection.execute("insert into public.cards values (1, 'a')")
    connection.execute("alter publication supabase_realtime add table public.cards")

    objects.remove(cards)

    assert column(connection, PUBLISHED) == []
    assert column(connection, "select kept_as from supaschema_archive.tables") != []


def test_a_set_makes_a_publication_with_its_tables_in_one_plan(objects: Objects, connection: Connection):
    other = replace(NOTES, name="letters")
    both = ObjectSet(objects=(Publication(name="feed", tables=(PublishedTable(table="letters"),)), other))

    objects.apply(both)
    assert column(connection, PUBLISHED) == ["feed: letters"]
    assert objects.preview(both).empty
    connection.execute("alter publication feed add table public.logs")
    with managed(connection.info.dsn + f" password={connection.info.password}") as later:
        assert [item.text for item in later.preview(both).statements] == [
            'alter publication "feed" drop table only "public"."logs"'
        ]
        later.remove(both)
    assert column(connection, PUBLISHED) == []


def test_what_somebody_publishes_is_drift(objects: Objects, database: Database, connection: Connection):
    objects.apply(Schema(name="app"))
    objects.apply(FEED)
    connection.execute("alter publication feed set table public.notes (id, body) where (id > 2)")
    connection.execute("alter publication supabase_realtime add table public.notes")
    with database.connect_superuser() as platform:
        platform.execute("create publication everything for all tables")
        platform.execute("create publication inside for tables in schema app")

    managed_one = Managed(Settings(database.url))
    try:
        found = {item.key: item for item in swept(managed_one, KINDS).findings if "publication" in item.kind}
    finally:
        managed_one.close()

    assert {key: item.why for key, item in found.items()} == {
        '["publication_table", "public", "notes", "feed"]': "",
        '["publication_table", "public", "notes", "supabase_realtime"]': "on public.notes",
        '["publication", "everything"]': "it acts on what is managed too",
        '["publication_schema", "app", "inside"]': "on a schema of what is managed",
    }
    changed = found['["publication_table", "public", "notes", "feed"]']
    assert [(it.name, it.recorded, it.live) for it in changed.properties] == [("where", "(id > 1)", "(id > 2)")]
    by_hand = found['["publication_table", "public", "notes", "supabase_realtime"]']
    assert by_hand.adopt == "PublicationTable(publication='supabase_realtime', table='notes')"
    assert 'alter publication "supabase_realtime" drop table only "public"."notes";' in by_hand.repair

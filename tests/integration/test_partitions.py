"""Partitioned tables, partitions and tables that inherit, as a program declares them."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from supaschema.core.errors import ApplyError, DeclarationError, DependencyError
from supaschema.core.model import Hazard, Mode
from supaschema.declarations import Check, Column, Index, InlineIndex, PrimaryKey, Table, TablePatch
from supaschema.registry import RESOURCES
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.objects import managed
from tests.support.sessions import Connection

LOGS = Table(
    name="logs",
    columns=(
        Column(name="id", type="bigint", nullable=False),
        Column(name="at", type="date", nullable=False),
        Column(name="body", type="text"),
    ),
    primary_key=PrimaryKey(columns=("id", "at")),
    indexes=(InlineIndex(name="logs_body", keys=("body",)),),
    partition_by="range (at)",
)
OF_2024 = Table(
    name="logs_2024",
    columns=(),
    partition_of="logs",
    bound="for values from ('2024-01-01') to ('2025-01-01')",
)
APART = """
    create table public.apart (
      id bigint not null, at date not null, body text, more integer, check (at >= '2024-01-01'), primary key (id, at)
    )
"""
REST = Table(name="logs_rest", columns=(), partition_of="public.logs", bound="default")


def kind(connection: Connection, name: str) -> object:
    """Return what a relation is, as the catalog has it."""
    return one(connection, f"select relkind::text || relispartition::text from pg_class where relname = '{name}'")


def test_a_partitioned_table_is_one_and_each_partition_is_closed(database: Database, connection: Connection):
    with managed(database.url) as objects:
        for declared in (LOGS, OF_2024, REST):
            objects.apply(declared)
            assert objects.preview(declared).empty
            assert objects.imported(declared)

    assert (kind(connection, "logs"), kind(connection, "logs_2024")) == ("pfalse", "rtrue")
    assert one(connection, "select count(*) from pg_index where indrelid = 'public.logs_2024'::regclass") == 2
    assert one(connection, "select relrowsecurity from pg_class where relname = 'logs_2024'") is True
    assert one(connection, "select has_table_privilege('anon', 'public.logs_2024', 'select')") is False


def test_what_was_made_by_hand_is_imported_and_adopted_as_it_is(database: Database, connection: Connection):
    connection.execute("create table public.logs (id bigint, at date, primary key (id, at)) partition by range (at)")
    connection.execute(
        "create table public.logs_2024 partition of public.logs for values from ('2024-01-01') to ('2025-01-01')"
    )
    with managed(database.url) as objects:
        for name in ("logs", "logs_2024"):
            found = objects.imported(Table(name=name, columns=()))
            assert isinstance(found, Table)
            assert objects.apply(found).empty
        imported = objects.imported(OF_2024)
        # Undeclared, it stays.
        assert objects.preview(Table(name="logs", columns=LOGS.columns[:2], primary_key=LOGS.primary_key)).empty

    assert isinstance(imported, Table)
    assert (imported.columns, imported.primary_key, imported.partition_of) == ((), None, "public.logs")
    assert imported.bound == "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"


def test_a_partition_comes_while_others_read_and_write_its_table(database: Database, connection: Connection):
    with managed(database.url, lock_wait_ms=2000) as objects:
        objects.apply(LOGS)
        objects.apply(OF_2024)
        with connection.transaction():
            connection.execute("insert into public.logs values (1, '2024-02-29', 'x')")
            later = Table(
                name="logs_2025",
                columns=(),
                partition_of="logs",
                bound="for values from ('2025-01-01') to ('2026-01-01')",
            )
            objects.apply(later)

    assert kind(connection, "logs_2025") == "rtrue"


def test_a_partition_with_rows_goes_to_the_archive_and_comes_back(database: Database, connection: Connection):
    with managed(database.url) as objects:
        objects.apply(LOGS)
        objects.apply(OF_2024)
        connection.execute("insert into public.logs values (1, '2024-02-29', 'x')")
        objects.remove(OF_2024)
        assert one(connection, "select count(*) from public.logs") == 0
        objects.apply(OF_2024)

    assert one(connection, "select body from public.logs") == "x"


@pytest.mark.parametrize(
    "changed",
    [
        msgspec.structs.replace(LOGS, partition_by="list (at)"),
        Table(
            name="logs_2024", columns=(), partition_of="logs", bound="for values from ('2024-01-01') to ('2026-01-01')"
        ),
    ],
    ids=["key", "bound"],
)
def test_how_rows_are_spread_never_changes(database: Database, changed: Table):
    with managed(database.url) as objects:
        objects.apply(LOGS)
        objects.apply(OF_2024)
        with pytest.raises(DeclarationError, match="cannot change"):
            objects.preview(changed)


def test_a_table_whose_partitions_others_made_is_not_dropped_over_them(database: Database, connection: Connection):
    with managed(database.url) as objects:
        objects.apply(LOGS)
        connection.execute("create table public.theirs partition of public.logs default")
        with managed(database.url) as later, pytest.raises(DependencyError, match=r"table public\.theirs"):
            later.removal(LOGS)


def test_patches_and_indexes_of_a_partitioned_table_reach_its_partitions(database: Database, connection: Connection):
    patch = TablePatch(table="logs", columns=(Column(name="size", type="integer", nullable=False, default="0"),))
    index = Index(table="logs", name="logs_size", keys=("size",))
    with managed(database.url) as objects:
        objects.apply(LOGS)
        objects.apply(OF_2024)
        connection.execute("insert into public.logs values (1, '2024-02-29', 'x')")
    with managed(database.url) as objects:
        plan = objects.apply(patch)
        assert objects.preview(patch).empty
        assert [item.mode for item in objects.apply(index).statements] == [Mode.ALONE, Mode.OWN_TRANSACTION]
        assert objects.preview(index).empty
        objects.remove(index)
        objects.remove(patch)

    assert {"public.logs", "public.logs_2024"} <= {lock.relation for lock in plan.strongest_locks()}
    left = "select count(*) from pg_attribute where attrelid = 'public.logs_2024'::regclass and attname = 'size'"
    assert one(connection, left) == 0


def test_a_table_that_inherits_has_its_own_columns_alone_declared(database: Database, connection: Connection):
    notes = Table(name="memos", columns=LOGS.columns[:1], primary_key=PrimaryKey(columns=("id",)))
    special = Table(
        name="special_memos",
        columns=(Column(name="extra", type="text"),),
        primary_key=PrimaryKey(columns=("id",)),
        inherits=("memos",),
    )
    with managed(database.url) as objects:
        objects.apply(notes)
        objects.apply(special)
        assert objects.preview(special).empty
        imported = objects.imported(special)

    assert isinstance(imported, Table)
    assert [column.name for column in imported.columns] == ["extra"]
    assert imported.inherits == ("public.memos",)
    connection.execute("insert into public.special_memos values (1, 'x')")
    assert one(connection, "select count(*) from public.memos") == 1


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (Table(name="logs_1", columns=LOGS.columns, partition_of="logs", bound="default"), "has the columns of logs"),
        (Table(name="logs_1", columns=(), partition_of="logs"), "needs both"),
        (Table(name="logs_1", columns=(), partition_of="logs", bound="default", inherits=("a",)), "no other table"),
    ],
)
def test_what_a_partition_cannot_be_is_said_before(declared: Table, words: str):
    problems = RESOURCES["supaschema:index:Table"].problems(declared)

    assert any(words in str(problem) for problem in problems)


def test_an_index_that_a_partition_has_of_its_own_stays_when_that_of_the_whole_goes(
    database: Database, connection: Connection
):
    own = Index(name="logs_2024_at_idx", table="logs_2024", keys=("at",))
    whole = Index(name="logs_at", table="logs", keys=("at",))
    is_attached = "select relispartition from pg_class where relname = 'logs_2024_at_idx'"
    with managed(database.url) as objects:
        for declared in (LOGS, OF_2024, own, whole):
            objects.apply(declared)
        assert one(connection, is_attached) is True
        assert objects.preview(own).empty
        commented = msgspec.structs.replace(own, comment="Its own.")
        assert [item.text for item in objects.apply(commented).statements] == [
            'comment on index "public"."logs_2024_at_idx" is \'Its own.\''
        ]
        objects.remove(whole)
        assert objects.preview(commented).empty

    assert one(connection, is_attached) is False
    assert one(connection, "select count(*) from pg_class where relname ~ '^logs.*_at'") == 1


def test_a_partition_beside_a_default_one_with_rows_is_told_to_read_them(database: Database, connection: Connection):
    comes = msgspec.structs.replace(OF_2024, name="logs_2025", bound="for values from ('2025-01-01') to ('2026-01-01')")
    with managed(database.url) as objects:
        for declared in (LOGS, REST):
            objects.apply(declared)
        assert [note for item in objects.apply(OF_2024).statements for note in item.hazards] == []
        connection.execute("insert into public.logs values (1, '2030-02-28', 'x')")
    with managed(database.url) as objects:
        (note,) = (note for item in objects.preview(comes).statements for note in item.hazards)
        objects.apply(comes)

    assert note.hazard is Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK
    assert "reads all rows of the default partition public.logs_rest" in note.sentence


@pytest.mark.parametrize("made_by", ["hand", "the stack"])
def test_a_table_with_rows_becomes_a_partition(database: Database, connection: Connection, made_by: str):
    declared = replace(OF_2024, name="apart")
    if made_by == "hand":
        connection.execute(APART)
    with managed(database.url) as objects:
        objects.apply(LOGS)
        if made_by == "the stack":
            more = Column(name="more", type="integer")
            objects.apply(replace(LOGS, name="apart", columns=(*LOGS.columns, more), indexes=(), partition_by=None))
        connection.execute("insert into public.apart values (1, '2024-05-05', 'a')")
        file = one(connection, "select pg_relation_filenode('public.apart')")

        shown = [statement.text for statement in objects.preview(declared).statements]
        objects.apply(declared)

        assert [text for text in shown if "drop column" in text] == ['alter table "public"."apart" drop column "more"']
        assert any("attach partition" in text for text in shown)
        assert objects.preview(declared).empty
        assert one(connection, "select body from public.logs") == "a"
        objects.remove(declared)

    kept = "public.apart"
    if made_by == "the stack":
        kept = f'supaschema_archive."{one(connection, "select kept_as from supaschema_archive.tables")}"'
    assert one(connection, f"select pg_relation_filenode('{kept}')") == file
    assert one(connection, f"select body from {kept}") == "a"


def test_a_table_that_lacks_what_its_partitions_have_is_none_of_them(database: Database, connection: Connection):
    connection.execute("create table public.apart (id bigint not null, at date not null, body text)")
    with managed(database.url) as objects:
        objects.apply(replace(LOGS, checks=(Check(name="known", expression="id > 0"),)))

        with pytest.raises(ApplyError, match='child table is missing constraint "known"'):
            objects.preview(replace(OF_2024, name="apart"))

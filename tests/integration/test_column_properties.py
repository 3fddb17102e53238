"""How a column is stored and counted, and what its identity's sequence does: declared, kept, and imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from supaschema.core.errors import PreconditionError
from supaschema.core.model import Hazard
from supaschema.declarations import Column, Compression, IdentityOptions, InlineIndex, PrimaryKey, Storage, Table
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import Objects, managed

ID = Column(
    name="id",
    type="bigint",
    nullable=False,
    identity="always",
    identity_options=IdentityOptions(start=100, increment=5, maximum=9000, cache=3),
)
BODY = Column(
    name="body",
    type="text",
    collation="C",
    storage=Storage.EXTERNAL,
    compression=Compression.PGLZ,
    statistics=500,
    options={"n_distinct": "-0.5"},
)
NOTES = Table(name="notes", columns=(ID, BODY), primary_key=PrimaryKey(columns=("id",)))
PLAIN = replace(
    NOTES,
    columns=(replace(ID, identity_options=None), Column(name="body", type="text")),
)


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    with managed(database.url) as objects:
        yield objects


def test_what_is_declared_is_made_and_what_is_not_stays(objects: Objects):
    objects.apply(NOTES)

    assert objects.preview(NOTES).empty
    assert objects.imported(NOTES) == NOTES
    assert objects.preview(PLAIN).empty
    explicit = replace(BODY, storage=Storage.DEFAULT, collation="default", statistics=-1, options={})
    objects.apply(replace(NOTES, columns=(ID, explicit)))
    imported: Any = objects.imported(NOTES)
    assert imported.columns[1] == Column(name="body", type="text", compression=Compression.PGLZ)


def test_what_was_set_by_hand_is_a_difference_only_where_it_is_declared(database: Database, objects: Objects):
    objects.apply(NOTES)
    with database.connect() as connection:
        connection.execute("alter table public.notes alter column body set storage main, alter column id set cycle")

    with managed(database.url) as later:
        identity, body = later.lifted(NOTES)["columns"]
    assert body["storage"] == "main"
    assert "cycle" not in identity["identityOptions"]


@pytest.mark.parametrize("options", [IdentityOptions(start=1, increment=1, minimum=1), IdentityOptions(cycle=False)])
def test_what_the_server_takes_by_itself_may_be_said(objects: Objects, options: IdentityOptions):
    said = replace(ID, identity_options=options)
    objects.apply(replace(NOTES, columns=(said, replace(BODY, storage=Storage.EXTENDED))))

    assert objects.preview(replace(NOTES, columns=(said, replace(BODY, storage=Storage.EXTENDED)))).empty


def test_a_kept_maximum_is_left_out_where_the_type_cannot_hold_it(database: Database, objects: Objects):
    objects.apply(replace(NOTES, columns=(replace(ID, identity_options=IdentityOptions(maximum=5_000_000_000)), BODY)))
    small = replace(NOTES, columns=(replace(ID, type="integer", identity_options=None), BODY))

    objects.apply(small)

    with database.connect() as connection:
        most = one(connection, "select seqmax from pg_sequence where seqrelid = 'public.notes_id_seq'::regclass")
    assert most == 2**31 - 1


def test_a_type_without_a_cast_changes_by_an_expression_and_its_default_with_it(database: Database, objects: Objects):
    number = Column(name="state", type="text", default="'1'")
    objects.apply(replace(NOTES, columns=(ID, number)))
    with database.connect() as connection:
        connection.execute("insert into public.notes (state) values ('7'), (null)")
    wanted = replace(NOTES, columns=(ID, replace(number, type="integer", default="2", using="state::integer * 10")))

    plan = objects.apply(wanted)

    assert [note.hazard for it in plan.statements for note in it.hazards] == [Hazard.REWRITES_TABLE]
    with database.connect() as connection:
        connection.execute("insert into public.notes default values")
        assert column(connection, "select state from public.notes order by id") == [70, None, 2]
    assert objects.preview(wanted).empty


@pytest.mark.parametrize("using", ["state::integer", "nullif(state, '')::integer * 10", "state::public.small"])
def test_values_that_an_expression_does_not_convert_are_counted_in_the_preview(
    database: Database, objects: Objects, using: str
):
    with database.connect() as connection:
        connection.execute("create domain public.small as integer check (value < 10)")
    # Named as what counts them might name something of its own.
    found = Column(name="found", type="boolean")
    state = Column(name="state", type="text")
    objects.apply(replace(NOTES, columns=(ID, found, state)))
    wanted = replace(NOTES, columns=(ID, found, replace(state, type="integer", using=using)))
    with database.connect() as connection:
        connection.execute("insert into public.notes (state) values ('7'), (null), ('one'), ('2x')")

        for attempt in (objects.preview, objects.apply):
            with pytest.raises(PreconditionError, match=r"2 values of public\.notes in state have no like"):
                attempt(wanted)
        connection.execute("delete from public.notes where state ~ '[^0-9]'")

    assert objects.preview(wanted).statements


def test_a_serial_column_that_becomes_an_identity_goes_on_and_comes_back_when_it_is_removed(
    database: Database, objects: Objects
):
    with database.connect() as connection:
        connection.execute("create table public.notes (id bigserial primary key, body text)")
        connection.execute("insert into public.notes (body) values ('a'), ('b')")
        connection.execute("delete from public.notes")

        objects.apply(PLAIN)
        assert one(connection, "insert into public.notes (body) values ('c') returning id") == 3
        objects.remove(PLAIN)
        assert one(connection, "insert into public.notes (body) values ('d') returning id") == 4
        assert column(connection, "select relname::text from pg_class where relname ~ '^notes.*seq'") == [
            "notes_id_seq"
        ]


def test_indexes_that_another_order_of_values_builds_anew_are_a_hazard(database: Database, objects: Objects):
    indexed = replace(NOTES, columns=(ID, BODY), indexes=(InlineIndex(name="notes_body", keys=("lower(body)",)),))
    wanted = replace(indexed, columns=(ID, replace(BODY, collation="default")))
    objects.apply(indexed)

    before = objects.preview(wanted)
    with database.connect() as connection:
        connection.execute("insert into public.notes (body) values ('a')")
    notes = [note for statement in objects.apply(wanted).statements for note in statement.hazards]

    assert [note for statement in before.statements for note in statement.hazards] == []
    assert [note.hazard for note in notes] == [Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK]
    assert "notes_body" in notes[0].sentence


def test_a_default_of_several_words_is_one_expression(database: Database, objects: Objects):
    words = {"a": ("text", "'a' collate \"C\""), "b": ("boolean", "1 in (1, 2)"), "c": ("text", "'it''s -- one'")}
    new, later = (
        tuple(Column(name=f"{name}{place}", type=type, default=text) for name, (type, text) in words.items())
        for place in "12"
    )
    objects.apply(replace(NOTES, columns=(ID, *new)))
    wanted = replace(NOTES, columns=(ID, *new, *later))
    objects.apply(wanted)

    with database.connect() as connection:
        connection.execute("drop schema supaschema cascade")
        held = one(connection, "insert into public.notes default values returning row(a1, a2, b1, c2)::text")
    assert held == '(a,a,t,"it\'s -- one")'
    imported: Any = objects.imported(wanted)
    assert {column.collation for column in imported.columns} == {None}
    with managed(database.url) as later_objects:
        assert later_objects.preview(wanted).empty

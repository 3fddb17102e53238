"""Sequences beside tables of other resources: whose they are, what is refused, and that no value is lost."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.archive.contents import destroy, everything, shares
from supaschema.core.errors import ApplyError, DependencyError, NotThereError, OwnershipError, PreconditionError
from supaschema.core.model import Fact, Hazard
from supaschema.declarations import (
    Column,
    Declaration,
    Grant,
    ObjectSet,
    PrimaryKey,
    Privilege,
    Schema,
    Sequence,
    Table,
)
from supaschema.engine.declared import Declared
from supaschema.registry import KINDS, RESOURCES
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

NUMBERS = Sequence(name="numbers", start=100, grants=(Grant(to="authenticated", privileges=(Privilege.USAGE,)),))
NOTES = Table(
    name="notes",
    columns=(
        Column(name="id", type="bigint", nullable=False, default="nextval('public.numbers')"),
        Column(name="body", type="text"),
    ),
    primary_key=PrimaryKey(columns=("id",)),
)
OWNED = replace(NUMBERS, owned_by="notes.id")


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """A database of which nothing is managed yet."""
    with managed(database.url) as found:
        yield found


def facts(declared: Declaration) -> tuple[Fact, ...]:
    return tuple(RESOURCES[f"supaschema:index:{type(declared).__name__}"].facts(declared))


def drawn(connection: Connection) -> object:
    return one(connection, "select nextval('public.numbers')")


def test_a_sequence_that_a_default_calls_goes_no_earlier_than_the_default(objects: Objects, connection: Connection):
    for declared in (NUMBERS, NOTES):
        objects.apply(declared)
    connection.execute("insert into public.notes (body) values ('first')")

    with pytest.raises(DependencyError, match=r"column public\.notes\.id would lose what it stands on"):
        objects.removal(NUMBERS)

    plain = replace(NOTES, columns=(replace(NOTES.columns[0], default=None), NOTES.columns[1]))
    objects.apply(plain)
    hazards = [note.hazard for statement in objects.removal(NUMBERS).statements for note in statement.hazards]
    assert Hazard.TAKES_DATA_OUT_OF_USE in hazards
    objects.remove(NUMBERS)
    assert one(connection, "select to_regclass('public.numbers')") is None


def test_a_value_comes_back_with_its_sequence_once_and_only_where_it_fits(
    objects: Objects, connection: Connection, database: Database
):
    objects.apply(NUMBERS)
    assert [drawn(connection) for _ in range(3)] == [100, 101, 102]
    objects.remove(NUMBERS)

    small = replace(NUMBERS, start=1, maximum=50)
    with pytest.raises(PreconditionError, match=r"outside of 1 to 50, and would come back: 102"):
        objects.preview(small)

    objects.apply(NUMBERS)
    assert drawn(connection) == 103
    connection.execute("drop sequence public.numbers")
    with managed(database.url) as again:
        again.apply(NUMBERS)
    assert drawn(connection) == 100


def test_a_value_in_the_archive_is_listed_and_of_no_organization(objects: Objects, connection: Connection):
    objects.apply(NUMBERS)
    drawn(connection)
    objects.remove(NUMBERS)

    with connection.transaction():
        (value,) = everything(connection)
        assert str(value).startswith("column public.numbers.last_value: 1 value, kept since")
        assert shares(connection, uuid.uuid4(), "org_id") == ()
        destroy(connection, value)
        assert everything(connection) == ()


def test_no_change_of_options_touches_the_value_and_one_that_it_forbids_is_refused(
    objects: Objects, connection: Connection
):
    objects.apply(NUMBERS)
    assert drawn(connection) == 100

    with pytest.raises(PreconditionError, match=r"1 value of public\.numbers, .* is outside of 1 to 99: 100"):
        objects.preview(replace(NUMBERS, start=1, maximum=99))
    with pytest.raises(ApplyError, match="START value"):
        objects.preview(replace(NUMBERS, maximum=99, start=None))

    objects.apply(replace(NUMBERS, start=5, increment=10, type="integer", cache=1, cycle=True))
    assert drawn(connection) == 110


def test_an_undrawn_one_begins_anew_and_a_value_that_was_set_is_not_lost(objects: Objects, connection: Connection):
    objects.apply(replace(NUMBERS, start=None))
    objects.apply(replace(NUMBERS, start=None, minimum=100))
    assert drawn(connection) == 100

    other = Sequence(name="others")
    objects.apply(other)
    connection.execute("select setval('public.others', 50, false)")
    with pytest.raises(
        PreconditionError, match=r"1 value of public\.others, from which it goes on, is outside of 100 to .*: 50"
    ):
        objects.preview(replace(other, minimum=100))


def test_one_that_a_serial_column_owns_is_adopted_as_it_is_and_left_so(objects: Objects, connection: Connection):
    connection.execute("create table public.notes (id serial primary key, body text)")
    connection.execute("insert into public.notes (body) values ('first')")
    declared = Sequence(name="notes_id_seq", grants=(Grant(to="service_role", privileges=(Privilege.USAGE,)),))

    # Where the project's default privileges give service_role all of it, there is nothing to grant.
    assert {item.text.split()[0] for item in objects.apply(declared).statements} - {"grant"} == {"revoke"}
    objects.apply(replace(declared, increment=5))
    assert one(connection, "select nextval('public.notes_id_seq')") == 6
    objects.remove(declared)

    assert one(connection, "select nextval('public.notes_id_seq')") == 7
    assert one(connection, "select pg_get_serial_sequence('public.notes', 'id')") == "public.notes_id_seq"


def test_one_is_not_taken_from_a_column_of_another_resource(objects: Objects, connection: Connection):
    connection.execute("""
        create sequence public.numbers;
        create table public.notes (id bigint not null default nextval('public.numbers'), body text, primary key (id));
        alter sequence public.numbers owned by public.notes.id""")
    objects.apply(NOTES)

    with pytest.raises(OwnershipError, match=r'goes with column public\.notes\.id, which resource "public\.notes"'):
        objects.preview(replace(NUMBERS, owned_by="none"))
    assert not any("owned by" in item.text for item in objects.preview(NUMBERS).statements)


COUNTING = replace(NOTES, columns=(Column(name="id", type="bigint", nullable=False, identity="always"),))


def test_an_identity_that_becomes_a_declared_sequence_is_told_what_goes_on(objects: Objects, connection: Connection):
    objects.apply(ObjectSet(objects=(COUNTING,)))
    connection.execute("insert into public.notes default values")
    named = Sequence(name="notes_id_seq", owned_by="notes.id")
    calls = replace(COUNTING, columns=(replace(NOTES.columns[0], default="nextval('public.notes_id_seq')"),))
    for declared in (named, ObjectSet(objects=(named, calls))):
        with pytest.raises(DependencyError, match=r"counts for identity column public\.notes\.id, .*`start` behind"):
            objects.preview(declared)

    first, other = (ObjectSet(objects=(it,)) for it in (COUNTING, replace(COUNTING, columns=NOTES.columns[:1])))
    other = replace(other, objects=(OWNED, *other.objects))
    hazards = [note for step in objects.apply(other, named=first).statements for note in step.hazards]
    (told,) = (note.sentence for note in hazards if note.hazard is Hazard.CORRECTNESS)
    assert "column public.notes.id is no identity" in told
    assert "sequence public.numbers." in told
    assert one(connection, "insert into public.notes default values returning id") == 100

    again = ObjectSet(objects=(replace(named, start=100, renamed_from=("numbers",)), calls))
    objects.apply(again, named=first)
    assert one(connection, "insert into public.notes default values returning id") == 101
    objects.apply(first)
    assert one(connection, "insert into public.notes default values returning id") == 102


def test_a_column_and_the_sequence_that_it_owns_come_and_go_in_one_set(objects: Objects, connection: Connection):
    both = ObjectSet(objects=(NOTES, OWNED))
    objects.apply(both)
    connection.execute("insert into public.notes (body) values ('first')")
    assert objects.preview(both).empty

    objects.remove(both)
    assert one(connection, "select to_regclass('public.numbers')") is None
    objects.apply(both)

    assert one(connection, "select id from public.notes") == 100
    assert drawn(connection) == 101
    assert objects.preview(both).empty


def test_a_table_takes_along_what_its_columns_own_and_says_so(
    objects: Objects, connection: Connection, database: Database
):
    plain = Table(name="plain", columns=(Column(name="id", type="bigint"),))
    objects.apply(plain)
    connection.execute("create sequence public.theirs owned by public.plain.id")
    with managed(database.url) as again:
        assert "sequence public.theirs is dropped with column public.plain.id." in again.removal(plain).notes
        connection.execute("insert into public.plain values (1)")
    with managed(database.url) as again:
        assert "sequence public.theirs goes to the archive with column public.plain.id." in again.removal(plain).notes
        connection.execute("create table public.other (n bigint default nextval('public.theirs'))")
    with (
        managed(database.url) as again,
        pytest.raises(DependencyError, match=r"public\.other\.n would lose what it stands on"),
    ):
        again.removal(plain)


@pytest.mark.parametrize("rows", [0, 1])
def test_what_another_resource_declares_goes_with_no_column_and_no_table(
    objects: Objects, connection: Connection, rows: int
):
    plain = replace(NOTES, columns=(replace(NOTES.columns[0], default=None), NOTES.columns[1]))
    objects.apply(plain)
    objects.apply(OWNED)
    connection.execute("insert into public.notes select n from generate_series(1, %s) as n", [rows])
    drawn(connection)

    refused = pytest.raises(
        DependencyError, match=r'public\.numbers would go with it, which resource "public\.numbers"'
    )
    with refused:
        objects.preview(replace(plain, columns=plain.columns[1:], primary_key=None))
    with refused:
        objects.removal(plain)

    objects.remove(OWNED)
    objects.remove(plain)


def test_a_column_that_is_not_there_or_a_table_of_another_role_is_told_in_the_preview(
    objects: Objects, connection: Connection
):
    connection.execute("create table public.notes (id bigint); create sequence public.numbers start 100")
    for declared in (OWNED, replace(OWNED, name="others")):
        with pytest.raises(NotThereError, match=r"there is no column public\.notes\.number"):
            objects.preview(replace(declared, owned_by="notes.number"))
        assert objects.preview(declared).statements

    connection.execute("grant create on schema public to service_role; alter table public.notes owner to service_role")
    for declared in (OWNED, replace(OWNED, name="others")):
        with pytest.raises(PreconditionError, match=r"1 role owns public\.notes.*: service_role"):
            objects.preview(declared)


def test_a_table_moves_to_another_schema_without_a_sequence_that_is_declared(objects: Objects, connection: Connection):
    objects.apply(Schema(name="app"))
    objects.apply(ObjectSet(objects=(NOTES, OWNED)))
    column = replace(NOTES.columns[0], default="nextval('app.numbers')")
    table = replace(NOTES, schema="app", renamed_from=("public.notes",), columns=(column, NOTES.columns[1]))
    sequence = replace(OWNED, schema="app", renamed_from=("public.numbers",))
    moved = ObjectSet(objects=(table, sequence))

    with pytest.raises(DependencyError, match=r"sequence public\.numbers goes with column public\.notes\.id"):
        objects.preview(moved)

    objects.apply(ObjectSet(objects=(NOTES, replace(OWNED, owned_by="none"))))
    objects.apply(ObjectSet(objects=(table, replace(sequence, owned_by="none"))))
    objects.apply(moved)
    assert one(connection, "select pg_get_serial_sequence('app.notes', 'id')") == "app.numbers"


def test_a_table_stays_in_the_archive_while_something_has_the_name_of_its_sequence(
    objects: Objects, connection: Connection
):
    both = ObjectSet(objects=(NOTES, OWNED))
    objects.apply(both)
    connection.execute("insert into public.notes (body) values ('first')")
    objects.remove(both)
    objects.apply(NUMBERS)

    with pytest.raises(
        DependencyError, match=r"comes back from the archive, and sequence public\.numbers has the name"
    ):
        objects.preview(NOTES)

    objects.remove(NUMBERS)
    objects.apply(both)
    assert one(connection, "select body from public.notes") == "first"


def test_a_sequence_whose_column_has_no_table_is_told_of_the_set_of_both(objects: Objects):
    with pytest.raises(NotThereError) as refused:
        objects.apply(OWNED)

    assert "declare both in one ObjectSet" in str(refused.value)


def test_a_table_has_its_turn_after_every_sequence_that_a_default_calls():
    run = Declared(KINDS)
    more = Sequence(name="more$")
    default = "nextval('public.numbers') + nextval('public.more$')"
    run.declare("notes", facts(replace(NOTES, columns=(replace(NOTES.columns[0], default=default), NOTES.columns[1]))))
    run.declare("numbers", facts(NUMBERS))
    run.declare("more", facts(more))

    assert run.makers("notes") == {"numbers", "more"}
    assert run.makers("numbers") == frozenset()

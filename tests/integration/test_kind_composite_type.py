"""Composite types beneath what other resources declare: attributes come and go, others have a part in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError, OwnershipError, PreconditionError, SupaschemaError
from supaschema.core.model import Hazard
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Column, CompositeAttribute, CompositeType, Declaration, Function, ObjectSet, View
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import column, one
from tests.support.declared import notes
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

ONE, TWO = CompositeAttribute(name="one", type="integer"), CompositeAttribute(name="two", type="text", comment="c")
PAIR = CompositeType(name="pair", attributes=(ONE, TWO), comment="Two things.")
LESS = replace(PAIR, attributes=(ONE,))
NOTES = notes("notes", Column(name="pair", type="public.pair"), Column(name="pairs", type="public.pair[]"))
ROWS = "insert into public.notes (pair) values ('(1,a)'), ('(2,)'), (null)"


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """A table with columns of a composite type, and of an array of it."""
    with managed(database.url) as found:
        for declared in (PAIR, NOTES):
            found.apply(declared)
        yield found


def test_it_is_declared_as_it_is_live(objects: Objects, database: Database, connection: Connection) -> None:
    assert objects.imported(PAIR) == PAIR
    assert objects.preview(PAIR).empty
    connection.execute("alter type public.pair add attribute three numeric(4, 2), drop attribute one")
    connection.execute("comment on column public.pair.two is null")

    with managed(database.url) as later:
        assert later.lifted(PAIR) == {
            "name": "pair",
            "attributes": [{"name": "two", "type": "text"}, {"name": "three", "type": "numeric(4,2)"}],
            "comment": "Two things.",
        }
        # One that somebody dropped cannot come back before others.
        with pytest.raises(DependencyError, match="cannot be ordered anew while columns are of the type"):
            later.preview(PAIR)


def test_what_somebody_does_to_it_is_drift(objects: Objects, database: Database, connection: Connection) -> None:
    connection.execute("alter type public.pair drop attribute one, add attribute three text")
    connection.execute("comment on column public.pair.two is null")

    managed_one = Managed(Settings(database.url))
    try:
        found = {finding.key for finding in swept(managed_one, KINDS).findings}
    finally:
        managed_one.close()

    assert found >= {
        '["composite_type", "public", "pair"]',
        *(f'["composite_attribute", "public", "pair", "{name}"]' for name in ("one", "two", "three")),
    }


def test_attributes_come_and_go_and_what_is_lost_is_counted(objects: Objects, connection: Connection) -> None:
    connection.execute(ROWS)
    more = replace(PAIR, attributes=(ONE, TWO, CompositeAttribute(name="three", type="public.pair_[]")))
    with pytest.raises(SupaschemaError, match="pair_"):
        objects.preview(more)

    more = replace(PAIR, attributes=(ONE, TWO, CompositeAttribute(name="three", type="bool")))
    objects.apply(more)
    assert column(connection, "select (pair).three::text from public.notes") == [None] * 3
    plan = objects.preview(LESS)
    objects.apply(LESS)

    within = "Values within column pairs of table public.notes lose it too, and are not counted."
    counted = "Column public.notes.pair holds 1 value: those of attribute public.pair.two are lost."
    assert sorted(plan.sentences(Hazard.DELETES_DATA)) == [f"{counted} {within}", within]
    assert column(connection, "select pair::text from public.notes order by 1") == ["(1)", "(2)", None]
    assert objects.preview(LESS).empty


def test_what_is_lost_is_counted_where_the_table_gets_another_name(database: Database, connection: Connection) -> None:
    pair = Column(name="pair", type="public.pair")
    former = ObjectSet(objects=(PAIR, notes("notes", pair)))
    later = ObjectSet(objects=(LESS, replace(notes("others", pair), renamed_from=("notes",))))
    with managed(database.url) as objects:
        objects.apply(former)
        connection.execute(ROWS)
        plan = objects.preview(later)
        objects.apply(later)

    assert plan.sentences(Hazard.DELETES_DATA) == (
        "Column public.notes.pair holds 1 value: those of attribute public.pair.two are lost.",
    )
    assert column(connection, "select pair::text from public.others order by 1") == ["(1)", "(2)", None]


def test_another_type_of_an_attribute_waits_until_no_column_is_of_its_type(
    objects: Objects, connection: Connection
) -> None:
    wide = replace(PAIR, attributes=(replace(ONE, type="bigint"), TWO))
    for way in (objects.preview, objects.apply):
        with pytest.raises(DependencyError, match=r"columns are of the type: column public\.notes\.pair, column"):
            way(wide)
    connection.execute("alter table public.notes drop column pair, drop column pairs")
    # What no declaration can say and a range is in between.
    connection.execute("create type public.span as range (subtype = public.pair)")
    connection.execute("alter table public.notes add column span public.span")
    with pytest.raises(PreconditionError, match=r"columns hold values of type public\.pair.*column span of table"):
        objects.preview(wide)
    connection.execute("drop type public.span cascade")

    objects.apply(wide)
    assert objects.preview(wide).empty


def test_it_and_an_attribute_get_other_names_and_get_them_back(
    objects: Objects, database: Database, connection: Connection
) -> None:
    later = CompositeType(
        name="duo", attributes=(replace(ONE, name="uno", renamed_from=("one",)), TWO), comment="Two things.",
        renamed_from=("pair",),
    )  # fmt: skip
    connection.execute(ROWS)

    plan = objects.preview(later, named=PAIR)
    objects.apply(later, named=PAIR)

    assert [item.text for item in plan.statements] == [
        'alter type "public"."pair" rename to "duo"',
        'alter type "public"."duo" rename attribute "one" to "uno"',
    ]
    assert objects.preview(later, named=PAIR).empty
    assert column(connection, "select (pair).uno from public.notes order by 1") == [1, 2, None]
    with managed(database.url) as before:
        before.apply(PAIR)
        assert before.imported(PAIR) == PAIR


def test_views_and_functions_follow_what_becomes_of_an_attribute(database: Database, connection: Connection) -> None:
    view = View(name="pairs", query="select (null::public.pair).one as one, null::public.pair as pair")
    function = Function(
        name="f", arguments=(), returns="public.pair", language="sql", body="select row(1, 'a')::public.pair"
    )
    with managed(database.url) as objects:
        for declared in (PAIR, view, function):
            objects.apply(declared)
        objects.apply(replace(PAIR, attributes=(replace(ONE, type="bigint"), TWO)))
        assert objects.preview(view).empty
    assert one(connection, "select pg_typeof(one)::text from public.pairs") == "bigint"
    assert one(connection, "select (public.f()).one") == 1


def test_it_does_not_go_from_under_a_column(objects: Objects) -> None:
    with pytest.raises(DependencyError, match=r"column public\.notes\.pair, column public\.notes\.pairs would lose"):
        objects.removal(PAIR)


def test_one_of_another_role_is_not_adopted(database: Database, stranger: Stranger) -> None:
    stranger.connection.execute("create type strange.pair as (one integer, two text)")
    theirs: Declaration = replace(PAIR, schema="strange")
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match="stranger"):
                way(theirs)


_NAMED = """
    create table public.named (id integer primary key);
    create type public.made as (one integer, two text);
    create table public.of_made of public.made;
"""
_MADE = CompositeType(
    name="made", attributes=(replace(ONE, name="uno", renamed_from=("one",)), replace(TWO, comment=None))
)
_REFUSED = {
    "for table public.named has its name": replace(PAIR, name="named"),
    "for index public.named_pkey has its name": replace(PAIR, name="named_pkey"),
    "schema nowhere": replace(PAIR, schema="nowhere"),
    "pseudo-type": replace(PAIR, attributes=(replace(ONE, type="anyelement"),)),
    "collations are not supported": replace(PAIR, attributes=(replace(ONE, collation="C"),)),
    "by table public.of_made, which is made of the type": _MADE,
}


def test_what_the_server_would_refuse_is_refused_in_the_preview(database: Database, connection: Connection) -> None:
    connection.execute(_NAMED)
    found = {}
    with managed(database.url) as objects:
        for told, declared in _REFUSED.items():
            with pytest.raises(SupaschemaError) as refused:
                objects.preview(declared)
            found[told] = str(refused.value)

    assert [text for told, text in found.items() if told not in text] == []

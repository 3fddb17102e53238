"""Range types beneath what other resources declare: names change, all else waits, others have a part in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError, OwnershipError, PreconditionError, SupaschemaError
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Argument, Column, Declaration, Function, RangeType, View, Volatility
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import column, one
from tests.support.declared import notes
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

APART = Function(
    name="apart", arguments=(Argument(name="a", type="integer"), Argument(name="b", type="integer")),
    returns="double precision", language="sql", body="select (a - b)::double precision",
    volatility=Volatility.IMMUTABLE,
)  # fmt: skip
SPAN = RangeType(name="span", subtype="integer", subtype_diff="public.apart", comment="From and to.")
NOTES = notes("notes", Column(name="span", type="public.span"), Column(name="spans", type="public.span_multirange"))
WIDE = replace(SPAN, subtype="bigint", subtype_diff="pg_catalog.int8range_subdiff")


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """A table with columns of a range, and of its multirange."""
    with managed(database.url) as found:
        for declared in (APART, SPAN, NOTES):
            found.apply(declared)
        yield found


def test_it_is_declared_as_it_is_live_and_what_somebody_does_to_it_is_drift(
    objects: Objects, database: Database, connection: Connection
) -> None:
    assert objects.imported(SPAN) == SPAN
    assert objects.preview(SPAN).empty
    connection.execute("comment on type public.span is null; revoke usage on type public.span from public")
    connection.execute("alter type public.span_multirange rename to many")

    with managed(database.url) as later:
        plan = later.preview(SPAN)
        assert [item.text for item in plan.statements] == ["""comment on type "public"."span" is 'From and to.'"""]
        assert later.imported(SPAN) == replace(SPAN, comment=None, multirange="many", grants=())
    managed_one = Managed(Settings(database.url))
    try:
        found = {finding.key for finding in swept(managed_one, KINDS).findings}
    finally:
        managed_one.close()
    assert '["range_type", "public", "span"]' in found


def test_another_range_waits_until_no_column_is_of_it(objects: Objects, connection: Connection) -> None:
    for way in (objects.preview, objects.apply):
        with pytest.raises(DependencyError, match=r"type: column public\.notes\.span, column public\.notes\.spans\."):
            way(WIDE)
    connection.execute("alter table public.notes drop column span, drop column spans")
    connection.execute("create cast (public.span_multirange as text) with inout")
    with pytest.raises(PreconditionError, match=r"no resource declares stand on type public\.span.*cast"):
        objects.preview(WIDE)
    connection.execute("drop cast (public.span_multirange as text)")
    view = View(name="spans", query="select public.span(1, 2) as span, null::public.span_multirange as spans")
    objects.apply(view)

    objects.apply(WIDE)
    assert objects.preview(WIDE).empty
    assert objects.preview(view).empty
    assert one(connection, "select pg_typeof(lower(span))::text from public.spans") == "bigint"


def test_it_gets_another_name_and_gets_it_back(objects: Objects, database: Database, connection: Connection) -> None:
    later = replace(SPAN, name="stretch", renamed_from=("span",))
    connection.execute("insert into public.notes (span) values ('[1,3)')")

    plan = objects.preview(later, named=SPAN)
    objects.apply(later, named=SPAN)

    assert [item.text for item in plan.statements] == ['alter type "public"."span" rename to "stretch"']
    assert objects.preview(later, named=SPAN).empty
    assert column(connection, "select atttypid::regtype::text from pg_attribute where attname = 'span'") == ["stretch"]
    with managed(database.url) as before:
        before.apply(SPAN)
        assert before.imported(SPAN) == SPAN


def test_what_stands_on_each_other_does_not_go(objects: Objects) -> None:
    with pytest.raises(DependencyError, match=r"column public\.notes\.span, column public\.notes\.spans would lose"):
        objects.removal(SPAN)
    with pytest.raises(DependencyError, match=r"range type public\.span would lose"):
        objects.removal(APART)


_REFUSED = {
    "notes has its name": replace(SPAN, name="notes"),
    "schema nowhere": replace(SPAN, schema="nowhere"),
    "no default operator class": RangeType(name="r", subtype="point"),
    "does not support collation": RangeType(name="r", subtype="integer", collation="C"),
    "missing": RangeType(name="r", subtype="integer", subtype_diff="public.missing"),
}


def test_what_the_server_would_refuse_is_refused_in_the_preview(objects: Objects) -> None:
    found = {}
    for told, declared in _REFUSED.items():
        with pytest.raises(SupaschemaError) as refused:
            objects.preview(declared)
        found[told] = str(refused.value)

    assert [text for told, text in found.items() if told not in text] == []


def test_one_of_another_role_is_not_adopted(database: Database, stranger: Stranger) -> None:
    stranger.connection.execute("create type strange.span as range (subtype = integer)")
    theirs: Declaration = RangeType(name="span", schema="strange", subtype="integer")
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match="stranger"):
                way(theirs)

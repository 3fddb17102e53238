"""Procedures and aggregates beneath and above what other resources declare."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError, OwnershipError, SupaschemaError
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Aggregate, Argument, Declaration, Function, Procedure, View, Volatility
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import column, one
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

ADD = Function(
    name="add", arguments=(Argument(name="state", type="bigint"), Argument(name="value", type="integer")),
    returns="bigint", language="sql", body="select state + value", volatility=Volatility.IMMUTABLE,
)  # fmt: skip
VALUE = Argument(name="value", type="integer")
TOTAL = Aggregate(
    name="total", arguments=(VALUE,), sfunc="public.add", stype="bigint", initcond="0", comment="Totals.",
    execute=("authenticated",),
)  # fmt: skip
SUMS = View(name="sums", query="select public.total(n) as total from generate_series(1, 3) n")
SWEEP = Procedure(
    name="sweep", arguments=(VALUE, Argument(name="swept", type="out bigint")), body="begin swept := value; end",
    execute=("authenticated",), comment="Sweeps.",
)  # fmt: skip
ENDING = Procedure(name="step", body="begin commit; end", ends_transactions=True)
ALL: tuple[Declaration, ...] = (ADD, TOTAL, SUMS, SWEEP, ENDING)


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """An aggregate over a function, a view over it, and procedures."""
    with managed(database.url) as found:
        for declared in ALL:
            found.apply(declared)
        yield found


def test_they_are_declared_as_they_are_live_and_what_somebody_does_to_them_is_drift(
    objects: Objects, database: Database, connection: Connection
) -> None:
    assert [objects.imported(declared) for declared in (TOTAL, SWEEP, ENDING)] == [TOTAL, SWEEP, ENDING]
    assert all(objects.preview(declared).empty for declared in ALL)
    connection.execute("call public.step()")
    connection.execute("comment on aggregate public.total(integer) is null; grant execute on procedure step() to anon")
    connection.execute("alter procedure public.sweep(integer) security definer")
    connection.execute("create procedure public.step(text) language sql as 'select 1'")

    managed_one = Managed(Settings(database.url))
    try:
        found = {finding.key for finding in swept(managed_one, KINDS).findings}
    finally:
        managed_one.close()
    assert {key for key in found if key.startswith(('["agg', '["proc'))} == {
        '["aggregate", "public", "total", "integer"]',
        '["procedure", "public", "step", "text"]',
        '["procedure", "public", "sweep", "integer"]',
        '["procedure_grants", "public", "step", "", "to anon"]',
    }


def test_another_result_has_views_stand_aside_and_another_start_does_not(
    objects: Objects, connection: Connection
) -> None:
    before = one(connection, "select 'public.sums'::regclass::oid")
    objects.apply(replace(TOTAL, initcond="10"))
    assert one(connection, "select total from public.sums") == 16
    assert one(connection, "select 'public.sums'::regclass::oid") == before

    objects.apply(replace(TOTAL, finalfunc="pg_catalog.int8abs"))
    assert one(connection, "select total from public.sums") == 6
    assert one(connection, "select 'public.sums'::regclass::oid") != before
    assert objects.preview(SUMS).empty


def test_what_stands_on_each_other_does_not_go(objects: Objects) -> None:
    with pytest.raises(DependencyError, match=r"view public\.sums would lose"):
        objects.removal(TOTAL)
    with pytest.raises(DependencyError, match=r"aggregate public\.total\(integer\) would lose"):
        objects.removal(ADD)


def test_it_gets_another_name_and_gets_it_back(objects: Objects, database: Database, connection: Connection) -> None:
    later = replace(TOTAL, name="sum_of", renamed_from=("total",))
    plan = objects.preview(later, named=TOTAL)
    objects.apply(later, named=TOTAL)

    assert [item.text for item in plan.statements] == ['alter routine "public"."total"(integer) rename to "sum_of"']
    assert objects.preview(later, named=TOTAL).empty
    assert column(connection, "select proname from pg_proc where proname in ('total', 'sum_of')") == ["sum_of"]
    with managed(database.url) as before:
        before.apply(TOTAL)
        assert before.imported(TOTAL) == TOTAL


_REFUSED = {
    "add has its name": replace(TOTAL, name="add", arguments=(replace(VALUE, type="bigint"), VALUE)),
    "schema nowhere": replace(TOTAL, schema="nowhere"),
    "public.missing": replace(TOTAL, name="other", sfunc="public.missing"),
    "invalid input syntax": replace(TOTAL, name="other", initcond="none"),
    "step has its name": Function(name="step", returns="integer", language="sql", body="select 1"),
}


def test_what_the_server_would_refuse_is_refused_in_the_preview(objects: Objects) -> None:
    found = {}
    for told, declared in _REFUSED.items():
        with pytest.raises(SupaschemaError) as refused:
            objects.preview(declared)
        found[told] = str(refused.value).replace("()", "")

    assert [text for told, text in found.items() if told not in text.replace("(bigint,integer)", "")] == []


def test_those_of_another_role_are_not_adopted(database: Database, stranger: Stranger) -> None:
    stranger.connection.execute(
        "create aggregate strange.total(integer) (sfunc = pg_catalog.int4larger, stype = integer);"
        "create procedure strange.sweep() language sql as 'select 1'"
    )
    theirs: tuple[Declaration, ...] = (
        Aggregate(name="total", schema="strange", arguments=(VALUE,), sfunc="pg_catalog.int4larger", stype="integer"),
        Procedure(name="sweep", schema="strange", language="sql", body="select 1"),
    )
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            for declared in theirs:
                with pytest.raises(OwnershipError, match="stranger"):
                    way(declared)

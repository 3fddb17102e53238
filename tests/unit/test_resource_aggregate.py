"""Aggregate: what it states, what it refuses, and how a live one is declared."""

import pytest
from msgspec.structs import replace

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Aggregate, Argument, FinalfuncModify, Parallel
from supaschema.resources.aggregate import AggregateResource

RESOURCE = AggregateResource()
VALUE = Argument(name="value", type="int")
ANY = Argument(name="", type='variadic "any"')
TOTAL = Aggregate(
    name="total",
    arguments=(VALUE,),
    sfunc="app.add",
    stype="int8",
    initcond="0",
    msfunc="app.add",
    minvfunc="app.less",
    mstype="int8",
    parallel=Parallel.SAFE,
    execute=("service_role",),
    comment="Totals.",
)
MIDDLE = Aggregate(
    name="middle", arguments=(Argument(name="", type="numeric"),), order_by=(Argument(name="", type="text"),),
    sfunc="app.kept", stype="text[]", finalfunc="app.at", finalfunc_modify=FinalfuncModify.SHAREABLE,
)  # fmt: skip
PLACE = replace(MIDDLE, arguments=(ANY,), order_by=(ANY,), hypothetical=True, finalfunc_modify=None)
MANY = Aggregate(name="many", sfunc="pg_catalog.int8inc", stype="bigint")


def facts(declared=TOTAL):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


@pytest.mark.parametrize("declared", [TOTAL, MIDDLE, PLACE, MANY])
def test_facts_are_what_is_declared(declared):
    assert RESOURCE.lift(facts(declared), declared) == declared.to_inputs()


@pytest.mark.parametrize("declared", [MIDDLE, PLACE, MANY])
def test_a_live_aggregate_is_imported(declared):
    assert RESOURCE.imported(RESOURCE.identify(declared), facts(declared)) == declared
    assert RESOURCE.imported("public.other(integer)", facts(declared)) is None


def test_it_is_named_by_all_types():
    assert RESOURCE.identify(TOTAL) == "public.total(integer)"
    assert RESOURCE.identify(MIDDLE) == "public.middle(numeric, text)"
    assert RESOURCE.identify(PLACE) == 'public.middle("any")'
    assert RESOURCE.imported("public.many(*)", facts(MANY)) == MANY
    assert list(facts()) == [
        ObjectId("aggregate", ("public", "total", "integer")),
        ObjectId("aggregate_grants", ("public", "total", "integer")),
    ]


def test_what_somebody_did_shows():
    (id, definition), *_ = facts().items()

    found = RESOURCE.lift({id: replace(definition, stype="numeric", initcond=None)}, TOTAL)
    assert found["stype"] == "numeric"
    assert "initcond" not in found


def test_it_is_renamed():
    declared = replace(TOTAL, renamed_from=("inner.sum",))
    new = ObjectId("aggregate", ("public", "total", "integer"))

    assert RESOURCE.renames(declared) == (Rename(ObjectId("aggregate", ("inner", "sum", "integer")), new),)
    assert RESOURCE.former(declared) == ("inner.sum(integer)",)


@pytest.mark.parametrize(
    ("declared", "refused"),
    [
        (TOTAL, []),
        (MIDDLE, []),
        (PLACE, []),
        (replace(TOTAL, name="x" * 64), ["name"]),
        (replace(TOTAL, schema=""), ["schema"]),
        (replace(TOTAL, sfunc="add"), ["sfunc"]),
        (replace(TOTAL, arguments=(replace(VALUE, default="1"),)), ["arguments"]),
        (replace(TOTAL, hypothetical=True), ["orderBy"]),
        (replace(TOTAL, minvfunc=None), ["msfunc"]),
        (replace(MANY, mstype="bigint", minitcond="0"), ["mstype", "minitcond"]),
        (replace(TOTAL, serialfunc="app.out"), ["serialfunc"]),
        (replace(TOTAL, execute=("anon", "anon")), ["execute"]),
    ],
)
def test_mistakes_are_told(declared, refused):
    assert [problem.field for problem in RESOURCE.problems(declared)] == refused

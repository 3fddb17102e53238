"""RangeType: a range type with its multirange type, and who may use it."""

import msgspec
import pytest

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Grant, Privilege, RangeType
from supaschema.kinds.range_type import RangeType as LiveRange
from supaschema.resources.range_type import RangeTypeResource

RESOURCE = RangeTypeResource()
ID = ObjectId("range_type", ("public", "span"))
PLAIN = RangeType(name="span", subtype="integer")
SPAN = RangeType(
    name="span",
    subtype="text",
    subtype_opclass="text_pattern_ops",
    collation="C",
    subtype_diff="public.apart",
    multirange="many",
    grants=(Grant(to="authenticated", privileges=(Privilege.USAGE,)),),
    comment="c",
)
FAR = msgspec.structs.replace(
    SPAN, multirange="other.many", subtype_opclass="other.ops", subtype_diff="pg_catalog.int4range_subdiff", grants=None
)


def facts(declared=SPAN):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


@pytest.mark.parametrize(
    "declared",
    [SPAN, PLAIN, FAR, msgspec.structs.replace(PLAIN, collation="default", multirange="public.span_multirange")],
)
def test_facts_are_what_is_declared(declared):
    assert RESOURCE.lift(facts(declared), declared) == declared.to_inputs()


@pytest.mark.parametrize("declared", [SPAN, PLAIN, FAR])
def test_a_live_type_is_imported_without_what_everybody_has_of_a_type(declared):
    usual = (Grant(to="public", privileges=(Privilege.USAGE,)),)
    live = msgspec.structs.replace(declared, grants=declared.grants or usual)

    assert RESOURCE.imported("public.span", facts(live)) == declared
    assert RESOURCE.imported("public.other", facts(live)) is None


@pytest.mark.parametrize(("name", "multirange"), [("span", "span_multirange"), ("range_of", "multirange_of")])
def test_the_multirange_is_told_where_it_has_another_name_than_the_server_chooses(name, multirange):
    live = {ObjectId("range_type", ("public", name)): LiveRange(subtype="integer", multirange=("public", multirange))}
    said = msgspec.structs.replace(PLAIN, name=name, multirange="many")

    imported = RESOURCE.imported(f"public.{name}", live)
    assert imported == msgspec.structs.replace(PLAIN, name=name, grants=())
    assert RESOURCE.lift(live, said)["multirange"] == multirange
    assert "multirange" not in RESOURCE.lift(live, msgspec.structs.replace(said, multirange=None))


def test_it_is_a_type_and_who_may_use_it():
    assert list(facts()) == [ID, ObjectId("type_grants", ID.name)]
    assert list(facts(PLAIN)) == [ID]
    assert facts(FAR)[ID].subtype_diff == ("int4range_subdiff",)


def test_it_is_renamed():
    declared = msgspec.structs.replace(PLAIN, renamed_from=("inner.stretch",))

    assert RESOURCE.renames(declared) == (Rename(ObjectId("range_type", ("inner", "stretch")), ID),)
    assert RESOURCE.former(declared) == ("inner.stretch",)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"schema": "x" * 64}, "schema"),
        ({"subtype_diff": "apart"}, "subtypeDiff"),
        ({"grants": (Grant(to="anon", privileges=(Privilege.SELECT,)),)}, "grants"),
    ],
)
def test_mistakes_are_told(changes, field):
    assert [problem.field for problem in RESOURCE.problems(msgspec.structs.replace(SPAN, **changes))] == [field]
    assert list(RESOURCE.problems(SPAN)) == []

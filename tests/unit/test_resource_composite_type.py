"""CompositeType: a composite type with its attributes, and who may use it."""

import msgspec
import pytest

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import CompositeAttribute, CompositeType, Grant, Privilege
from supaschema.kinds.composite_attribute import CompositeAttribute as LiveAttribute
from supaschema.resources.composite_type import CompositeTypeResource

RESOURCE = CompositeTypeResource()
NAME = ("public", "pair")
PAIR = CompositeType(
    name="pair",
    attributes=(
        CompositeAttribute(name="two", type="text", collation="C", comment="c"),
        CompositeAttribute(name="one", type="integer"),
    ),
    grants=(Grant(to="authenticated", privileges=(Privilege.USAGE,)),),
    comment="c",
)
PLAIN = CompositeType(name="pair", attributes=(CompositeAttribute(name="one", type="text"),))
DEFAULT = msgspec.structs.replace(PLAIN, attributes=(CompositeAttribute(name="one", type="text", collation="default"),))


def facts(declared=PAIR):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


@pytest.mark.parametrize("declared", [PAIR, PLAIN, DEFAULT, msgspec.structs.replace(PAIR, grants=None)])
def test_facts_are_what_is_declared(declared):
    assert RESOURCE.lift(facts(declared), declared) == declared.to_inputs()


@pytest.mark.parametrize("declared", [PAIR, PLAIN])
def test_a_live_type_is_imported_without_what_everybody_has_of_a_type(declared):
    usual = (Grant(to="public", privileges=(Privilege.USAGE,)),)
    live = msgspec.structs.replace(declared, grants=declared.grants or usual)

    assert RESOURCE.imported("public.pair", dict(reversed(facts(live).items()))) == declared
    assert RESOURCE.imported("public.other", facts(live)) is None


def test_it_is_a_type_its_attributes_and_who_may_use_it():
    assert list(facts()) == [
        ObjectId("composite_type", NAME),
        ObjectId("composite_attribute", (*NAME, "two")),
        ObjectId("composite_attribute", (*NAME, "one")),
        ObjectId("type_grants", NAME),
    ]
    assert facts()[ObjectId("composite_type", NAME)].attributes == ("two", "one")
    assert len(facts(PLAIN)) == len(("type", "attribute"))


def test_attributes_that_nobody_declares_are_to_go_and_are_shown_in_their_place():
    more = ObjectId("composite_attribute", (*NAME, "more"))
    other = ObjectId("composite_attribute", ("public", "other", "more"))
    live = {**facts(), **dict.fromkeys((more, other), LiveAttribute(type="text", position=3))}

    assert [id for id in RESOURCE.exclusive_objects(PAIR, live) if id not in facts()] == [more]
    assert [it["name"] for it in RESOURCE.lift(live, PAIR)["attributes"]] == ["two", "one", "more"]


def test_the_type_is_renamed_and_then_its_attributes():
    attribute = CompositeAttribute(name="one", type="text", renamed_from=("uno",))
    declared = msgspec.structs.replace(PLAIN, renamed_from=("inner.duo",), attributes=(attribute,))

    assert RESOURCE.renames(declared) == (
        Rename(ObjectId("composite_type", ("inner", "duo")), ObjectId("composite_type", NAME)),
        Rename(
            ObjectId("composite_attribute", (*NAME, "uno")),
            ObjectId("composite_attribute", (*NAME, "one")),
            is_spoken=False,
        ),
    )
    assert RESOURCE.former(declared) == ("inner.duo",)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"schema": "x" * 64}, "schema"),
        ({"attributes": (CompositeAttribute(name="", type="text"),)}, "attributes"),
        ({"attributes": (CompositeAttribute(name="a", type="text"),) * 2}, "attributes"),
        ({"attributes": (CompositeAttribute(name="a", type="public.pair[]"),)}, "attributes"),
        ({"grants": (Grant(to="anon", privileges=(Privilege.SELECT,)),)}, "grants"),
    ],
)
def test_mistakes_are_told(changes, field):
    assert [problem.field for problem in RESOURCE.problems(msgspec.structs.replace(PAIR, **changes))] == [field]
    assert list(RESOURCE.problems(PAIR)) == []

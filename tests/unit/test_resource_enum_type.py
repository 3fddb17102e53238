"""EnumType: an enum type, and who may use it."""

import msgspec
import pytest

from supaschema.core.model import ObjectId
from supaschema.declarations import EnumType, Grant, Privilege
from supaschema.resources.enum_type import EnumTypeResource

RESOURCE = EnumTypeResource()
MOOD = EnumType(
    name="mood",
    labels=("sad", "happy"),
    comment="c",
    grants=(Grant(to="authenticated", privileges=(Privilege.USAGE,)),),
)


def facts(declared=MOOD):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


def test_it_is_a_type_and_who_may_use_it_where_that_is_said():
    name = ("public", "mood")
    unsaid = msgspec.structs.replace(MOOD, grants=None)

    assert list(facts()) == [ObjectId("enum_type", name), ObjectId("type_grants", name)]
    assert list(facts(unsaid)) == [ObjectId("enum_type", name)]
    assert RESOURCE.lift(facts(), MOOD) == MOOD.to_inputs()
    assert RESOURCE.lift(facts(), unsaid) == unsaid.to_inputs()
    assert RESOURCE.imported("public.mood", facts()) == MOOD
    assert RESOURCE.imported("public.other", facts()) is None


def test_what_everybody_has_of_a_type_is_not_imported():
    usual = msgspec.structs.replace(MOOD, grants=(Grant(to="public", privileges=(Privilege.USAGE,)),))

    assert RESOURCE.imported("public.mood", facts(usual)) == msgspec.structs.replace(MOOD, grants=None)


def test_a_live_label_that_was_renamed_is_the_declared_one():
    declared = msgspec.structs.replace(MOOD, renamed_labels={"happy": "glad"})

    assert RESOURCE.lift(facts(declared), declared) == declared.to_inputs()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"schema": "x" * 64}, "schema"),
        ({"labels": ("sad", "sad")}, "labels"),
        ({"labels": ("ü" * 32,)}, "labels"),
        ({"renamed_labels": {"glad": "happier"}}, "renamedLabels"),
        ({"renamed_labels": {"happy": "sad"}}, "renamedLabels"),
        ({"renamed_labels": {"happy": "x", "sad": "x"}}, "renamedLabels"),
        ({"grants": (Grant(to="anon", privileges=(Privilege.SELECT,)),)}, "grants"),
    ],
)
def test_mistakes_are_told(changes, field):
    assert [problem.field for problem in RESOURCE.problems(msgspec.structs.replace(MOOD, **changes))] == [field]
    assert list(RESOURCE.problems(MOOD)) == []

"""Domain: a domain with its checks, and who may use it."""

import msgspec
import pytest

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Domain, DomainCheck, Grant, Privilege
from supaschema.kinds.domain_check import DomainCheck as LiveCheck
from supaschema.resources.domain import DomainResource

RESOURCE = DomainResource()
NAME = ("public", "word")
WORD = Domain(
    name="word",
    type="text",
    collation="C",
    nullable=False,
    default="'none'",
    checks=(
        DomainCheck(name="short", expression="length(value) < 20", comment="c"),
        DomainCheck(name="plain", expression="value ~ '^[a-z]+$'", validated=False),
    ),
    grants=(Grant(to="authenticated", privileges=(Privilege.USAGE,)),),
    comment="c",
)
PLAIN = Domain(name="word", type="text")


def facts(declared=WORD):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


@pytest.mark.parametrize("declared", [WORD, PLAIN, msgspec.structs.replace(WORD, grants=None, collation="default")])
def test_facts_are_what_is_declared(declared):
    assert RESOURCE.lift(facts(declared), declared) == declared.to_inputs()


@pytest.mark.parametrize("declared", [WORD, PLAIN])
def test_a_live_domain_is_imported_without_what_everybody_has_of_a_type(declared):
    usual = (Grant(to="public", privileges=(Privilege.USAGE,)),)
    live = msgspec.structs.replace(declared, grants=declared.grants or usual)

    assert RESOURCE.imported("public.word", facts(live)) == declared
    assert RESOURCE.imported("public.other", facts(live)) is None


def test_it_is_a_domain_its_checks_and_who_may_use_it():
    assert list(facts()) == [
        ObjectId("domain", NAME),
        ObjectId("domain_check", (*NAME, "short")),
        ObjectId("domain_check", (*NAME, "plain")),
        ObjectId("type_grants", NAME),
    ]
    assert list(facts(PLAIN)) == [ObjectId("domain", NAME)]


def test_checks_that_nobody_declares_are_to_go_and_are_shown():
    more = ObjectId("domain_check", (*NAME, "more")), ObjectId("domain_check", ("public", "other", "more"))
    live = {**facts(), **dict.fromkeys(more, LiveCheck(expression="true", type="text"))}

    assert [id for id in RESOURCE.exclusive_objects(WORD, live) if id not in facts()] == [more[0]]
    assert [check["name"] for check in RESOURCE.lift(live, WORD)["checks"]] == ["short", "plain", "more"]


def test_the_domain_is_renamed_and_then_its_checks():
    check = DomainCheck(name="short", expression="true", renamed_from=("brief",))
    declared = msgspec.structs.replace(PLAIN, renamed_from=("inner.term",), checks=(check,))

    assert RESOURCE.renames(declared) == (
        Rename(ObjectId("domain", ("inner", "term")), ObjectId("domain", NAME)),
        Rename(ObjectId("domain_check", (*NAME, "brief")), ObjectId("domain_check", (*NAME, "short")), is_spoken=False),
    )
    assert RESOURCE.former(declared) == ("inner.term",)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"schema": "x" * 64}, "schema"),
        ({"checks": (DomainCheck(name="", expression="true"),)}, "checks"),
        ({"checks": (DomainCheck(name="a", expression="true"),) * 2}, "checks"),
        ({"grants": (Grant(to="anon", privileges=(Privilege.SELECT,)),)}, "grants"),
    ],
)
def test_mistakes_are_told(changes, field):
    assert [problem.field for problem in RESOURCE.problems(msgspec.structs.replace(WORD, **changes))] == [field]
    assert list(RESOURCE.problems(WORD)) == []

"""Collation: how texts are ordered and compared."""

import msgspec
import pytest

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Collation, CollationProvider
from supaschema.resources.collation import CollationResource

RESOURCE = CollationResource()
ID = ObjectId("collation", ("public", "words"))
FOLDED = Collation(
    name="words",
    provider=CollationProvider.ICU,
    locale="und-u-ks-level2",
    deterministic=False,
    rules="& V << w",
    comment="c",
)
PLAIN = Collation(name="words", provider=CollationProvider.LIBC, locale="C")
PARTS = Collation(name="words", provider=CollationProvider.LIBC, lc_collate="C", lc_ctype="C.UTF-8")
BUILTIN = Collation(name="words", provider=CollationProvider.BUILTIN, locale="C.UTF-8")
EVERY = [FOLDED, PLAIN, PARTS, BUILTIN]


def facts(declared=FOLDED):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


@pytest.mark.parametrize("declared", [*EVERY, msgspec.structs.replace(PARTS, lc_ctype="C")])
def test_facts_are_what_is_declared(declared):
    assert RESOURCE.lift(facts(declared), declared) == declared.to_inputs()


@pytest.mark.parametrize("declared", EVERY)
def test_a_live_one_is_imported(declared):
    assert RESOURCE.imported("public.words", facts(declared)) == declared
    assert RESOURCE.imported("public.other", facts(declared)) is None


def test_a_locale_of_the_operating_system_is_both_its_parts():
    assert (facts(PLAIN)[ID].locale, facts(PLAIN)[ID].lc_collate, facts(PLAIN)[ID].lc_ctype) == (None, "C", "C")
    now = facts(PARTS)
    assert RESOURCE.lift(now, PLAIN) == PARTS.to_inputs()


def test_it_is_renamed():
    declared = msgspec.structs.replace(PLAIN, renamed_from=("inner.terms",))

    assert RESOURCE.renames(declared) == (Rename(ObjectId("collation", ("inner", "terms")), ID),)
    assert RESOURCE.former(declared) == ("inner.terms",)


@pytest.mark.parametrize(
    ("declared", "fields"),
    [
        (msgspec.structs.replace(PLAIN, name=""), ["name"]),
        (msgspec.structs.replace(PLAIN, schema="x" * 64), ["schema"]),
        (msgspec.structs.replace(PLAIN, locale=None), ["locale"]),
        (msgspec.structs.replace(PARTS, lc_ctype=None), ["locale"]),
        (msgspec.structs.replace(PARTS, locale="C"), ["lcCollate", "lcCtype"]),
        (msgspec.structs.replace(PARTS, provider=CollationProvider.ICU), ["lcCollate", "lcCtype", "locale"]),
        (msgspec.structs.replace(PLAIN, deterministic=False), ["deterministic"]),
        (msgspec.structs.replace(BUILTIN, rules="& V << w"), ["rules"]),
    ],
)
def test_mistakes_are_told(declared, fields):
    assert [problem.field for problem in RESOURCE.problems(declared)] == fields


@pytest.mark.parametrize("declared", EVERY)
def test_what_is_right_has_no_problem(declared):
    assert list(RESOURCE.problems(declared)) == []

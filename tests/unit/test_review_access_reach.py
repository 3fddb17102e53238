"""What a change of access can reach: looking at that alone finds what looking at everything does."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from supaschema.review.access.diff import differences
from supaschema.review.access.model import Ask, Reading, Relation, Routine, Thing
from supaschema.review.access.reach import Reach, reach
from supaschema.review.access.rights import rights
from tests.unit.test_review_access import CALLED, ROLES, TABLES, VERBS, readings, relations, some

LISTING, BROUGHT, ALONGSIDE = "public.listing()", "extensions.brought()", "extensions.alongside()"


def routines(signature, extension=None):
    schema, _, name = signature.removesuffix("()").partition(".")
    return st.builds(
        Routine,
        signature=st.just(signature),
        schema=st.just(schema),
        name=st.just(name),
        owner=st.just("postgres"),
        callers=some(ROLES),
        is_definer=st.booleans(),
        digest=st.sampled_from(["", "other"]),
        words=some([*TABLES, "listed", "is_admin", "listing", *VERBS]) if extension is None else st.just(frozenset()),
        extension=st.just(extension),
    )


def changed(one, routines, tables, gone):
    kept = {name: it for name, it in one.relations.items() if name not in gone}
    return replace(
        one,
        routines={**one.routines, **{it.signature: it for it in routines}},
        relations={**kept, **{it.name: it for it in tables}},
    )


functions = st.lists(
    st.one_of(routines(CALLED), routines(LISTING), routines(BROUGHT, "some"), routines(ALONGSIDE, "some")), max_size=4
)
tables = st.lists(relations("table", TABLES), max_size=1)


@settings(max_examples=300)
@given(readings, functions, functions, tables, some([("public", "listed"), ("public", "notes")]))
def test_what_a_change_cannot_reach_makes_no_difference(one, there, others, made, gone):
    entered = {Thing("schema", "extensions"): {role: frozenset({"usage"}) for role in ROLES}}
    before = replace(changed(one, there, (), ()), others={**one.others, **entered})
    after = changed(before, others, made, gone)
    only = reach(before, after)
    assert only is not None
    assert differences(rights(before, only), rights(after, only)) == differences(rights(before), rights(after))


def test_what_names_the_changed_is_reached_and_its_neighbours_are_not():
    table, other = (Relation(("public", name), "table", "postgres") for name in TABLES)
    view = Relation(("public", "listed"), "view", "postgres", asks=(Ask(table.name),))
    named = Routine(LISTING, "public", "listing", "postgres", words=frozenset({"listed"}))
    before = Reading(relations={it.name: it for it in (table, other, view)}, routines={LISTING: named})
    after = replace(before, relations={**before.relations, table.name: replace(table, row_security=True)})
    assert reach(before, after) == Reach(frozenset({table.name, view.name}), frozenset({LISTING}), others=False)


def test_a_role_that_enters_another_schema_reaches_everything():
    entered = {Thing("schema", "public"): {"anon": frozenset({"usage"})}}
    assert reach(Reading(), Reading(others=entered)) is None
    assert reach(Reading(), Reading(subjects=("anon",))) is None

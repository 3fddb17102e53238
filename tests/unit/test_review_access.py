"""What differs in access: whatever is read, nothing is told twice, left out, or the wrong way round."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supaschema.review.access.diff import Change, Direction, State, differences
from supaschema.review.access.model import Ask, Policy, Reading, Relation, Routine, Thing
from supaschema.review.access.rights import Key, rights
from supaschema.review.access.tries.outcomes import Reached, Tried, differing
from supaschema.review.access.tries.sessions import told
from supaschema.review.access.words import said, text

ROLES = ("public", "anon", "authenticated")
TABLES = ("members", "notes")
COLUMNS = ("id", "org")
VERBS = ("select", "insert", "update", "delete")
CALLED = "private.is_admin()"


def some(values):
    return st.frozensets(st.sampled_from(values))


asks = st.builds(Ask, relation=st.sampled_from([("public", name) for name in TABLES]), columns=some(COLUMNS))
policies = st.builds(
    Policy,
    name=st.sampled_from(["a", "b"]),
    commands=some(VERBS),
    permissive=st.booleans(),
    roles=some(ROLES),
    using=st.sampled_from([None, "true", "false", "org = 1"]),
    check=st.sampled_from([None, "true", "org = 1"]),
    asks=st.lists(asks, max_size=1).map(tuple),
    calls=some([CALLED]),
)


def held(names=VERBS):
    return st.dictionaries(st.sampled_from(ROLES), some(names))


def relations(kind, names):
    return st.builds(
        Relation,
        name=st.sampled_from([("public", name) for name in names]),
        kind=st.just(kind),
        owner=st.just("postgres"),
        columns=st.just(COLUMNS),
        held=held(),
        columns_held=st.dictionaries(st.sampled_from(["select", "update"]), held(COLUMNS)),
        row_security=st.booleans(),
        policies=st.lists(policies, max_size=2, unique_by=lambda policy: policy.name).map(tuple),
        as_invoker=st.booleans(),
        query=st.sampled_from(["", "other"]) if kind == "view" else st.just(""),
        passes=some(["insert", "update"]) if kind == "view" else st.just(frozenset()),
        asks=st.lists(asks, max_size=2).map(tuple) if kind == "view" else st.just(()),
    )


def reading(tables, views, callers, enters):
    functions = (Routine(CALLED, "private", "is_admin", "postgres", callers=callers),)
    return Reading(
        subjects=ROLES,
        unbound=frozenset({"postgres"}),
        relations={relation.name: relation for relation in (*tables, *views)},
        routines={routine.signature: routine for routine in functions},
        others={Thing("schema", "public"): {role: frozenset({"usage"}) for role in enters}},
    )


readings = st.builds(
    reading,
    st.lists(relations("table", TABLES), max_size=2),
    st.lists(relations("view", ["listed"]), max_size=1),
    some(ROLES),
    some(ROLES),
)


@settings(max_examples=30)
@given(readings)
def test_what_is_the_same_does_not_differ(one):
    assert differences(rights(one), rights(replace(one))) == ()


MIRRORED = {
    Direction.WIDER: Direction.NARROWER,
    Direction.NARROWER: Direction.WIDER,
    Direction.BROKEN: Direction.WIDER,
    Direction.OTHER: Direction.OTHER,
}


def singly(changes):
    """Return for each role and verb which way it goes; what breaks is a right that is no more."""
    told = Counter(
        (change.direction, Key(role, change.thing, verb), change.columns)
        for change in changes
        for role in change.roles
        for verb in change.verbs
    )
    assert not told or max(told.values()) == 1
    return {(direction, key) for direction, key, _ in told}


@settings(max_examples=30)
@given(readings, readings)
def test_the_way_back_is_told_the_other_way_round(one, other):
    there = singly(differences(rights(one), rights(other)))
    back = singly(differences(rights(other), rights(one)))

    assert {(MIRRORED[direction], key) for direction, key in there} == {
        (Direction.NARROWER if direction is Direction.BROKEN else direction, key) for direction, key in back
    }


@settings(max_examples=30)
@given(readings, readings)
def test_every_right_that_begins_or_ends_is_told(one, other):
    before, after = rights(one), rights(other)
    told = singly(differences(before, after))

    assert {key for key in after.allowed if key not in before.allowed} <= {
        key for direction, key in told if direction is Direction.WIDER
    }
    assert {key for key in before.allowed if key not in after.allowed} == {
        key
        for direction, key in told
        if direction in (Direction.NARROWER, Direction.BROKEN) and key not in after.allowed
    }


@settings(max_examples=30)
@given(readings, st.sampled_from(ROLES), some(VERBS))
def test_a_grant_takes_nothing_away(one, role, verbs):
    more = {
        name: replace(each, held={**each.held, role: each.held.get(role, frozenset()) | verbs})
        for name, each in one.relations.items()
    }
    found = differences(rights(one), rights(replace(one, relations=more)))

    assert {change.direction for change in found} <= {Direction.WIDER, Direction.OTHER}


@settings(max_examples=30)
@given(readings, policies)
def test_a_policy_more_widens_its_own_table_or_holds_back(one, policy):
    policy = replace(policy, name="c", asks=(), calls=frozenset())
    more = {
        name: replace(each, policies=(*each.policies, policy)) if name[1] == "notes" else each
        for name, each in one.relations.items()
    }
    found = differences(rights(one), rights(replace(one, relations=more)))

    unwanted = Direction.NARROWER if policy.permissive else Direction.WIDER
    assert [each for each in found if each.direction is unwanted and each.thing == Thing("table", "public.notes")] == []


TABLE = Thing("table", "public.notes")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            Change(Direction.WIDER, ("anon", "authenticated"), ("select",), TABLE, ("a", "b")),
            "anon, authenticated: select on table public.notes (columns a, b)",
        ),
        (
            Change(Direction.WIDER, ("public", "anon"), ("select", "insert"), TABLE, ("a",), State.NEW),
            "everybody: select, insert on table public.notes (column a): new",
        ),
        (
            Change(Direction.NARROWER, ("public", "anon"), ("select",), TABLE),
            "everybody without a grant of their own (anon): select on table public.notes",
        ),
        (
            Change(Direction.WIDER, ("anon",), ("select",), TABLE, tuple("abcdefghij")),
            "anon: select on table public.notes (columns a, b, c, d, e, f, g, h and 2 more)",
        ),
        (
            Change(Direction.NARROWER, ("worker",), ("become", "hand on"), Thing("role", "boss"), (), State.GONE),
            "worker: act as, make others members of boss: does not exist any more",
        ),
        (Change(Direction.WIDER, ("worker",), ("superuser",), Thing("role", "worker")), "worker: is superuser"),
        (Change(Direction.WIDER, ("anon",), ("create",), Thing("database", "itself")), "anon: create on the database"),
        (
            Change(Direction.OTHER, ("anon",), ("select",), TABLE, (), State.BOTH, ("this", "that")),
            "anon: select on table public.notes: this; that",
        ),
    ],
)
def test_a_change_is_a_sentence(change, sentence):
    assert said(change) == sentence


def test_what_is_wider_comes_first_and_no_name_steers_a_terminal():
    hostile = Thing("table", "public.x\n\x1b[31m")
    changes = [Change(direction, ("anon",), ("select",), hostile) for direction in reversed(Direction)]

    lines = text(changes).splitlines()

    assert [line.partition(":")[0] for line in lines if not line.startswith(" ")] == [
        "Wider",
        "Changed",
        "Narrower",
        "Broken",
        "Perhaps broken",
    ]
    assert all(line.isprintable() for line in lines)
    assert len(lines) == 10


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["anon"], "anon"),
        (["a member of tenant A", "a member of tenant B", "anon"], "a member of either tenant, anon"),
        (["a member of tenant A", "anon"], "a member of tenant A, anon"),
        (
            [f"a member of tenant {tenant} ({said})" for tenant in "AB" for said in ("r a", "r b")],
            "a member of either tenant (r a; r b)",
        ),
        (
            ["a member of tenant A (r a)", "a member of tenant B (r b)"],
            "a member of tenant A (r a), a member of tenant B (r b)",
        ),
    ],
)
def test_members_of_both_tenants_are_told_as_one(names, sentence):
    assert told(names) == sentence


def test_what_is_in_one_database_alone_is_told_where_it_is_reached():
    one, new = Thing("table", "public.notes"), Thing("table", "public.news")
    own, refused = frozenset({Reached.OWN}), frozenset({Reached.REFUSED})
    before = Tried({("m", one, "select"): own, ("m", one, "delete"): refused}, things=frozenset({one}))
    after = Tried(
        {
            ("m", one, "select"): frozenset(),
            ("m", one, "delete"): refused,
            ("m", new, "select"): own,
            ("m", new, "update"): frozenset(),
            ("m", new, "delete"): own,
        },
        things=frozenset({one, new}),
    )

    assert [(each.verbs, each.thing, each.was, each.now) for each in differing(before, after).otherwise] == [
        (("select", "delete"), new, refused, own),
        (("select",), one, own, frozenset()),
    ]


def test_what_holds_no_planted_row_in_one_of_them_says_nothing():
    thing = Thing("table", "public.notes")
    before = Tried({("m", thing, "select"): frozenset({Reached.OWN})}, things=frozenset({thing}))
    after = Tried(
        {("m", thing, "select"): frozenset()}, frozenset({"why"}), unplanted=frozenset({thing}), things=before.things
    )

    assert differing(before, after).otherwise == ()
    assert differing(before, after).left_out == ("why",)


@pytest.mark.parametrize(
    ("roles", "is_told"),
    [
        (("worker",), True),
        (("authenticated",), True),
        (("worker", "reader"), False),
        (("absent",), False),
        (("public",), False),
        (("halfway",), False),
    ],
)
def test_as_before_is_said_only_of_roles_that_tried_it_in_both_databases(roles, is_told):
    thing = Thing("table", "public.notes")
    own, things = frozenset({Reached.OWN}), frozenset({thing})
    sessions = {"worker": "worker", "a member": "authenticated", "halfway": "halfway", "halfway (2)": "halfway"}
    outcomes = {(name, thing, "select"): own for name in sessions}
    later = {**outcomes, ("reader", thing, "select"): own}
    del later["halfway (2)", thing, "select"]
    trials = differing(
        Tried(outcomes, things=things, roles=sessions),
        Tried(later, things=things, roles={**sessions, "reader": "reader"}),
    )

    said_of = text([Change(Direction.OTHER, roles, ("select",), thing)], trials)

    assert ("(by trial: as before)" in said_of) is is_told

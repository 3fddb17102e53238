"""Ordering: what must come first does, contradictions give way, and the rest keeps its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supaschema.engine.graph import in_circles, ordered


@st.composite
def acyclic(draw):
    """Items, and for each some of those before it."""
    count = draw(st.integers(1, 12))
    return {item: draw(st.sets(st.integers(0, item - 1))) if item else set() for item in range(count)}


@given(acyclic(), st.randoms(use_true_random=False))
def test_each_item_follows_those_that_must_come_before_it(befores, random):
    items = list(befores)
    random.shuffle(items)

    found = ordered(items, [befores], lambda item: -item)

    assert sorted(found) == sorted(items)
    assert all(found.index(before) < found.index(item) for item, earlier in befores.items() for before in earlier)


@given(acyclic(), st.dictionaries(st.integers(0, 11), st.sets(st.integers(0, 11))))
def test_a_guess_never_breaks_what_is_sure(befores, guesses):
    found = ordered(befores, [befores, guesses], lambda item: item)

    assert sorted(found) == sorted(befores)
    assert all(found.index(before) < found.index(item) for item, earlier in befores.items() for before in earlier)


def test_what_nothing_decides_keeps_its_priority():
    assert ordered("cab", [], ord) == ["a", "b", "c"]
    assert ordered("cab", [{"a": "c"}], ord) == ["b", "c", "a"]


def test_a_circle_of_sure_relations_is_cut_somewhere():
    assert sorted(ordered("ab", [{"a": "b", "b": "a"}], ord)) == ["a", "b"]


def test_parts_of_items_that_stand_on_each_other_in_a_circle_go_first():
    roots = {"hen": "hen", "egg": "egg", "hen's egg": "hen", "egg's hen": "egg", "hen's barn": "hen", "barn": "barn"}
    edges = {"egg": {"hen's egg"}, "hen": {"egg's hen"}, "barn": {"hen's barn"}}

    assert in_circles(roots, edges) == {"hen's egg", "egg's hen"}
    assert in_circles(roots, {"barn": {"hen's barn"}}) == set()


@pytest.mark.parametrize(
    ("relations", "order"),
    [
        pytest.param([{"c": "a"}], "acb", id="it waits, for it can"),
        pytest.param([{"c": "ba"}], "bac", id="it goes ahead, for it has to precede the last one"),
        pytest.param([{"c": "b", "b": "a"}], "abc", id="it has its place in between"),
    ],
)
def test_what_breaks_in_stands_aside_of_what_is_to_stay_together_where_it_can(relations, order):
    # By priority it is in between.
    assert ordered("abc", relations, ord, together={"a": "c"}, breaks="b") == list(order)


@given(acyclic(), st.dictionaries(st.integers(0, 11), st.sets(st.integers(0, 11))), st.sets(st.integers(0, 11)))
def test_to_stay_together_never_breaks_what_must_come_first(befores, wanted, breaks):
    together = {first: {it for it in lasts if it in befores} for first, lasts in wanted.items() if first in befores}

    found = ordered(befores, [befores], lambda item: -item, together, breaks)

    assert sorted(found) == sorted(befores)
    assert all(found.index(before) < found.index(item) for item, earlier in befores.items() for before in earlier)

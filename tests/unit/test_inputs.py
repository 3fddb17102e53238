"""Merging what is live into what was declared, and naming what differs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supaschema.core.errors import DeclarationError
from supaschema.provider.operations import parse
from supaschema.provider.property_diff import Change, changes, merge
from supaschema.registry import RESOURCES

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_what_did_not_change_keeps_its_declared_text(declared, recorded):
    assert merge(declared, recorded, recorded) == declared


@given(JSON)
def test_nothing_differs_from_itself(value):
    assert list(changes(value, value)) == []


def test_one_drifted_property_shows_and_the_rest_keeps_its_text():
    declared = {"columns": [{"name": "a", "type": "int"}, {"name": "b", "type": "text", "default": "'x'"}]}
    recorded = {"columns": [{"name": "a", "type": "integer"}, {"name": "b", "type": "text", "default": "'x'::text"}]}
    live = {"columns": [{"name": "a", "type": "integer"}, {"name": "b", "type": "text", "default": "'y'::text"}]}

    merged = merge(declared, recorded, live)

    assert merged == {"columns": [{"name": "a", "type": "int"}, {"name": "b", "type": "text", "default": "'y'::text"}]}
    assert list(changes(merged, declared)) == [("columns[1].default", Change.UPDATE)]


def test_a_foreign_item_is_added_and_a_lost_one_is_left_out():
    declared = [{"name": "kept"}, {"name": "lost"}]
    live = [{"name": "kept"}, {"name": "foreign"}]

    assert merge(declared, declared, live) == [{"name": "kept"}, {"name": "foreign"}]


def test_a_renamed_item_stands_where_the_database_has_it():
    declared = [{"name": "first"}, {"name": "second"}]
    live = [{"name": "other"}, {"name": "second"}, {"name": "third"}]

    assert merge(declared, declared, live) == live


def test_grants_to_one_role_are_told_apart_by_their_columns():
    table = {"to": "reader", "privileges": ["SELECT"]}
    column = {"to": "reader", "privileges": ["UPDATE"], "columns": ["title"]}
    widened = {**column, "privileges": ["INSERT", "UPDATE"]}

    assert merge([table, column], [table, column], [table, widened]) == [table, widened]


def test_paths_name_what_came_and_what_went():
    assert dict(changes({"a": 1, "list": [1]}, {"b": 2, "list": [1, 2]})) == {
        "a": Change.DELETE,
        "b": Change.ADD,
        "list[1]": Change.ADD,
    }


def test_an_item_that_went_is_told_by_its_own_place_and_not_as_a_change_of_those_after_it():
    old = [{"name": name, "type": "text"} for name in "abc"]

    assert list(changes({"columns": old}, {"columns": [old[0], old[2]]})) == [("columns[1]", Change.DELETE)]
    added = [old[0], old[2], {"name": "d", "type": "text"}]
    assert dict(changes(old, added)) == {"[1]": Change.DELETE, "[2]": Change.ADD}
    changed = [{**old[0], "type": "uuid"}, old[2]]
    assert dict(changes(old, changed)) == {"[0].type": Change.UPDATE, "[1]": Change.DELETE}


def test_keys_without_a_name_are_told_apart_by_their_columns_and_words_by_themselves():
    keys = [{"columns": ["a"]}, {"columns": ["b"], "nullsDistinct": False}, {"columns": ["a"], "references": "t"}]

    assert dict(changes({"uniques": keys}, {"uniques": keys[1:]})) == {"uniques[0]": Change.DELETE}
    assert dict(changes(keys, [keys[0], {"columns": ["b"]}, keys[2]])) == {"[1].nullsDistinct": Change.DELETE}
    assert dict(changes({"to": ["a", "b", "c"]}, {"to": ["b", "c", "d"]})) == {
        "to[0]": Change.DELETE,
        "to[2]": Change.ADD,
    }
    assert dict(changes(["a", "b"], ["b", "a"])) == {"[0]": Change.UPDATE, "[1]": Change.UPDATE}


def test_items_of_which_one_place_would_stand_for_two_are_compared_by_their_places():
    old = [{"name": "a"}, {"name": "b", "type": "text"}]

    assert dict(changes(old, [{"name": "c"}, old[1]])) == {"[0].name": Change.UPDATE}
    assert dict(changes(old, [{**old[1], "type": "uuid"}])) == {
        "[0].name": Change.UPDATE,
        "[0].type": Change.ADD,
        "[1]": Change.DELETE,
    }


def test_items_in_another_order_differ():
    assert dict(changes([{"name": "a"}, {"name": "b"}], [{"name": "b"}, {"name": "a"}])) != {}


def test_a_value_that_a_property_does_not_take_is_refused_with_those_that_it_takes():
    columns = [{"name": "a", "type": "integer", "existingRows": "keep"}]
    member = {"table": "x", "access": {"policies": [{"name": "p", "command": "SELCT", "to": ["anon"]}]}}

    with pytest.raises(DeclarationError) as plain:
        parse(RESOURCES["supaschema:index:Table"], {"name": "x", "columns": columns})
    with pytest.raises(DeclarationError) as within:
        parse(RESOURCES["supaschema:index:ObjectSet"], {"objects": {"TablePatch public.x": member}})

    assert plain.value.field == "columns[0].existingRows"
    assert plain.value.what == "Invalid enum value 'keep': it is one of default, null."
    assert within.value.what.endswith("'SELCT': it is one of ALL, SELECT, INSERT, UPDATE, DELETE.")

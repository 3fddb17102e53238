"""Composite types."""

import pytest

from supaschema.core.errors import DependencyError
from supaschema.core.model import Fact, ObjectId, Statement
from supaschema.core.sqltext import raw_sql
from supaschema.kinds.base import Context
from supaschema.kinds.column import Column
from supaschema.kinds.composite_attribute import CompositeAttribute
from supaschema.kinds.composite_type import CompositeType, CompositeTypeKind

ID = ObjectId("composite_type", ("public", "pair"))
KIND = CompositeTypeKind()
COLUMN = ObjectId("column", ("public", "notes", "pair"))


def attributes(*names):
    return {
        ObjectId("composite_attribute", (*ID.name, name)): CompositeAttribute(type="text", position=place)
        for place, name in enumerate(names, start=1)
    }


def altered(old, new, **more):
    live = {**attributes(*old), COLUMN: Column(type="public.pair[]")}
    return KIND.alter(ID, CompositeType(attributes=old), CompositeType(attributes=new), Context(17, live=live, **more))


@pytest.mark.parametrize("new", [("one",), ("two",), ("one", "two", "more"), ("two", "more"), ("more",), ()])
def test_attributes_that_come_at_the_end_and_go_leave_the_type_as_it_is(new):
    assert altered(("one", "two"), new).statements == ()


@pytest.mark.parametrize("new", [("two", "one"), ("more", "one", "two"), ("one", "more", "two")])
def test_a_type_whose_attributes_are_ordered_anew_is_made_anew_unless_columns_are_of_it(new):
    assert altered(("one", "two"), new) is None
    with pytest.raises(DependencyError, match=r"cannot be ordered anew .*: column public\.notes\.pair\."):
        altered(("one", "two"), new, edges={ID: frozenset({COLUMN})})


def test_attributes_are_made_in_their_order_whatever_order_they_are_told_in():
    facts = tuple(reversed([Fact(*pair) for pair in attributes("one", "two", "three").items()]))
    clauses = tuple(Statement(raw_sql(f"{fact.id.name[2]} text")) for fact in facts)
    context = Context(major=17, children={ID: facts}, clauses={ID: clauses})

    (made,) = KIND.create(ID, CompositeType(attributes=("one", "two", "three")), context).statements
    assert made.text == 'create type "public"."pair" as (one text, two text, three text)'


def test_a_renamed_attribute_has_the_place_of_the_former_one():
    live, declared = CompositeType(attributes=("uno", "two"), owner="someone"), CompositeType(attributes=("one", "two"))
    context = Context(major=17, live=attributes("one", "two"))

    assert KIND.resolve(ID, declared, live, context) == live
    assert KIND.resolve(ID, CompositeType(attributes=("two", "one")), live, context).attributes == ("two", "one")

"""Attributes of composite types."""

import pytest

from supaschema.core.errors import DependencyError
from supaschema.core.model import Fact, Hazard, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.column import Column
from supaschema.kinds.composite_attribute import CompositeAttribute, CompositeAttributeKind
from supaschema.kinds.domain import Domain

ID = ObjectId("composite_attribute", ("public", "pair", "one"))
OTHER = ObjectId("composite_attribute", ("public", "pair", "two"))
KIND = CompositeAttributeKind()
OLD = CompositeAttribute(type="int", position=1)


def test_attributes_of_a_type_come_by_one_statement_in_their_order():
    new, other = (
        CompositeAttribute(type="text", collation=("C",), position=3),
        CompositeAttribute(type="int", position=2),
    )
    context = Context(major=17, children={ID: (Fact(OTHER, other),)})

    added, *others = KIND.create(ID, new, context).statements
    assert added.text == 'alter type "public"."pair" add attribute "two" int, add attribute "one" text collate "C"'
    assert [note.hazard for note in added.hazards] == [Hazard.HAS_UNTRACKABLE_DEPENDENCIES]
    assert others == []


@pytest.mark.parametrize("new", [CompositeAttribute(type="bigint"), CompositeAttribute(type="int", collation=("C",))])
def test_another_type_is_refused_while_columns_are_of_the_type_and_indexes_compute_with_it(new):
    columns = {
        ObjectId("column", ("public", "notes", name)): Column(type=f"public.{name}") for name in ("pair", "known")
    }
    pair, known = columns
    domain = ObjectId("domain", ("public", "known"))
    defaulting = ObjectId("column", ("public", "notes", "text"))
    live = {**columns, domain: Domain(type="public.pair"), defaulting: Column(type="text")}
    edges = {ID: frozenset({pair, domain, defaulting}), domain: frozenset({known})}
    index = ObjectId("index", ("public", "notes", "i"))

    assert KIND.evicts(ID, OLD, new)
    assert len(KIND.alter(ID, OLD, new, Context(major=17)).statements) == 1
    with pytest.raises(DependencyError, match=r"type: column public\.notes\.known, column public\.notes\.pair\."):
        KIND.alter(ID, OLD, new, Context(major=17, edges=edges, live=live))
    with pytest.raises(DependencyError, match=r"computed with: index public\.notes\.i\."):
        KIND.alter(ID, OLD, new, Context(major=17, edges={ID: frozenset({index})}))


def test_the_same_type_in_other_words_and_another_place_are_no_change():
    other = CompositeAttribute(type="integer", position=4)

    assert not KIND.evicts(ID, OLD, other)
    assert KIND.alter(ID, OLD, other, Context(major=17)).statements == ()
    assert KIND.structure(OLD) == KIND.structure(other)


def test_what_a_column_has_of_an_attribute_is_lost_with_it():
    taken = KIND.taken_from(ID, ("public", "notes", "pair"))

    assert KIND.takes_from(ID) == ID.name[:2]
    assert taken.sentence(2) == (
        "Column public.notes.pair holds 2 values: those of attribute public.pair.one are lost."
    )
    assert taken.condition is not None
    assert taken.condition.as_string() == '("row_"."pair")."one" is distinct from null'

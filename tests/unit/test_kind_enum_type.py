"""Enum types."""

import pytest

from supaschema.core.model import Mode, ObjectId, Phase
from supaschema.kinds.base import Context
from supaschema.kinds.column import Column
from supaschema.kinds.enum_type import EnumType, EnumTypeKind

ID = ObjectId("enum_type", ("public", "mood"))
KIND = EnumTypeKind()
CONTEXT = Context(major=17)


def altered(old, new, context=CONTEXT, renamed=()):
    steps = KIND.alter(ID, EnumType(labels=old), EnumType(labels=new, renamed_labels=renamed), context)
    return None if steps is None else steps.statements


@pytest.mark.parametrize(
    ("old", "new", "clauses"),
    [
        ("ac", "abc", ["'b' before 'c'"]),
        ("a", "ab", ["'b'"]),
        ("b", "ab", ["'a' before 'b'"]),
        ("d", "abcde", ["'a' before 'd'", "'b' before 'd'", "'c' before 'd'", "'e'"]),
        ("", "ab", ["'a'", "'b'"]),
    ],
)
def test_labels_are_added_where_they_stand(old, new, clauses):
    added = altered(tuple(old), tuple(new))

    assert added is not None
    assert [statement.text for statement in added] == [
        f'alter type "public"."mood" add value {clause}' for clause in clauses
    ]


def test_a_label_is_committed_before_something_else_that_may_use_it():
    used = Context(major=17, becoming={ID: EnumType(), ObjectId("column", ("public", "t", "m")): Column(type="text")})

    found = [altered(("a",), ("a", "b"), context) for context in (used, CONTEXT)]

    assert [(it.mode, it.phase) for added in found for it in added or ()] == [
        (Mode.ALONE, Phase.COPY),
        (Mode.TRANSACTION, None),
    ]


@pytest.mark.parametrize(("old", "new"), [("ab", "a"), ("ab", "ba"), ("ab", "ac")])
def test_a_label_that_goes_or_moves_is_no_change_in_place(old, new):
    assert altered(tuple(old), tuple(new)) is None

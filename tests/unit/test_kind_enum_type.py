"""Enum types."""

import pytest

from supaschema.core.model import Mode, ObjectId, Phase
from supaschema.kinds.base import Context
from supaschema.kinds.column import Column
from supaschema.kinds.enum_type import EnumType, EnumTypeKind
from supaschema.ledger import LabelRename

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


@pytest.mark.parametrize(
    ("declared", "live", "log", "pairs"),
    [
        ("sad happy", "sad glad", "happy>glad", "happy<glad"),
        ("sad happy", "sad merry", "happy>glad glad>merry", "happy<merry"),
        ("sad glad", "sad merry", "happy>glad glad>merry", "glad<merry"),
        ("sad happy late", "sad glad", "happy>glad", "happy<glad"),
        ("b a", "c b", "b>c a>b", ""),
        # Which of two is meant, or whether one is, nothing tells.
        ("happy glad", "merry", "happy>glad glad>merry", ""),
        ("a", "b c", "a>b a>c", ""),
        ("happy sad", "sad glad", "happy>glad", ""),
        ("happy", "glad late", "happy>glad", ""),
        ("happy glad", "glad", "happy>glad", ""),
        ("sad happy", "sad gone", "happy>glad", ""),
        ("sad happy", "sad glad", "", ""),
    ],
)
def test_labels_are_renamed_back_where_that_alone_can_be_meant(declared, live, log, pairs):
    names = [step.split(">") for step in log.split()]
    steps = tuple(LabelRename(former, later, "2026-01-01T00:00:00+00:00") for former, later in names)
    context = Context(major=17, labels={ID: steps})

    found = KIND.resolve(ID, EnumType(labels=tuple(declared.split())), EnumType(labels=tuple(live.split())), context)

    assert found.renamed_labels == tuple(tuple(pair.split("<")) for pair in pairs.split())

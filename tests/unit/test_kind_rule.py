"""Rules: made as the server prints them, enabled as they were, with their comments."""

from __future__ import annotations

import msgspec

from supaschema.core.model import LockMode, ObjectId, Steps
from supaschema.kinds.base import Context
from supaschema.kinds.rule import Rule, RuleKind

ID = ObjectId("rule", ("public", "waiting", "quiet"))
KIND = RuleKind()
CONTEXT = Context(major=17)
TEXT = "CREATE RULE quiet AS\n    ON DELETE TO public.waiting DO INSTEAD NOTHING"
RULE = Rule(text=TEXT)


def texts(steps: Steps) -> list[str]:
    return [statement.text for statement in steps.statements]


def test_it_comes_back_as_it_was():
    assert texts(KIND.create(ID, RULE, CONTEXT)) == [TEXT]
    assert texts(KIND.create(ID, msgspec.structs.replace(RULE, enabled="replica", comment="It's."), CONTEXT)) == [
        TEXT,
        'alter table "public"."waiting" enable replica rule "quiet"',
        'comment on rule "quiet" on "public"."waiting" is \'It\'\'s.\'',
    ]


def test_what_differs_is_changed():
    other = Rule(text=TEXT.replace("DELETE", "UPDATE"), enabled="disabled")

    assert texts(KIND.alter(ID, RULE, other, CONTEXT)) == [
        "create or replace rule " + other.text.removeprefix("CREATE RULE "),
        'alter table "public"."waiting" disable rule "quiet"',
    ]
    assert texts(KIND.alter(ID, msgspec.structs.replace(RULE, comment="x"), RULE, CONTEXT)) == [
        'comment on rule "quiet" on "public"."waiting" is null'
    ]


def test_it_goes_with_its_view_or_alone():
    assert ObjectId("view", ("public", "waiting")) in KIND.parents(ID)
    assert texts(KIND.drop(ID, RULE, CONTEXT)) == ['drop rule "quiet" on "public"."waiting"']


def test_what_it_names_is_locked_while_it_is_made():
    (make,) = KIND.create(ID, msgspec.structs.replace(RULE, reaches=("public.log",)), CONTEXT).statements

    assert [(lock.relation, lock.mode) for lock in make.locks] == [
        ("public.waiting", LockMode.ACCESS_EXCLUSIVE),
        ("public.log", LockMode.ROW_EXCLUSIVE),
    ]

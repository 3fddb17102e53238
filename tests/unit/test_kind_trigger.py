"""Triggers: replaced in place, put back as they were, enabled or not."""

from __future__ import annotations

import msgspec

from supaschema.core.model import LockMode, ObjectId, Steps
from supaschema.kinds.base import Context
from supaschema.kinds.trigger import Trigger, TriggerKind

ID = ObjectId("trigger", ("public", "jobs", "touch"))
KIND = TriggerKind()
CONTEXT = Context(major=17)
OLD = Trigger(timing="before", events=("update",), for_each="row", function="public.touch")


def texts(steps: Steps | None) -> list[str]:
    assert steps is not None
    return [statement.text for statement in steps.statements]


def changed(**fields: object) -> Trigger:
    return msgspec.structs.replace(OLD, **fields)


def test_it_is_made_with_all_it_has():
    trigger = changed(
        events=("insert", "update"), update_of=("Odd", "type"), when="new.type = 'x'", arguments=("a", "it's")
    )
    (statement,) = KIND.create(ID, trigger, CONTEXT).statements

    assert statement.text == (
        'create trigger "touch" before insert or update of "Odd", "type" on "public"."jobs" for each row '
        "when (new.type = 'x') execute function \"public\".\"touch\"('a', 'it''s')"
    )
    assert statement.locks[0].mode is LockMode.SHARE_ROW_EXCLUSIVE


def test_it_is_replaced_in_place():
    (text,) = texts(KIND.alter(ID, OLD, changed(timing="after"), CONTEXT))

    assert text == (
        'create or replace trigger "touch" after update on "public"."jobs" for each row '
        'execute function "public"."touch"()'
    )


def test_a_constraint_trigger_is_made_anew():
    assert KIND.alter(ID, changed(constraint=True), OLD, CONTEXT) is None


def test_a_disabled_one_is_enabled_again():
    assert texts(KIND.alter(ID, changed(enabled="disabled", text="CREATE TRIGGER x"), OLD, CONTEXT)) == [
        'alter table "public"."jobs" enable trigger "touch"'
    ]


def test_one_that_was_there_before_is_put_back_as_it_was():
    before = changed(timing="after", enabled="replica", text="CREATE TRIGGER touch AFTER UPDATE ...")
    enable = 'alter table "public"."jobs" enable replica trigger "touch"'

    assert texts(KIND.create(ID, before, CONTEXT)) == [before.text, enable]
    assert texts(KIND.alter(ID, OLD, before, CONTEXT)) == [
        "create or replace trigger touch AFTER UPDATE ...",
        enable,
    ]


def test_it_is_dropped_and_goes_with_its_table_or_view():
    (statement,) = KIND.drop(ID, OLD, CONTEXT).statements

    assert statement.text == 'drop trigger "touch" on "public"."jobs"'
    assert statement.locks[0].mode is LockMode.ACCESS_EXCLUSIVE
    assert KIND.parents(ID) == (ObjectId("table", ID.name[:2]), ObjectId("view", ID.name[:2]))


def test_the_server_spells_the_condition_over_both_rows():
    slot = KIND.sql_fields(ID, changed(when="old.* is distinct from new.*"))["when"]

    assert (slot.relation, slot.row_names, slot.type) == (("public", "jobs"), ("old", "new"), "boolean")
    assert KIND.same_structure(changed(when="a", text="x"), changed(when="b"))
    assert not KIND.same_structure(changed(when="a"), OLD)


def test_a_comment_that_no_declaration_speaks_of_stays():
    live = changed(comment="touches")

    assert KIND.resolve(ID, OLD, live, CONTEXT) == live
    assert texts(KIND.alter(ID, live, KIND.resolve(ID, changed(comment=""), live, CONTEXT), CONTEXT)) == [
        'comment on trigger "touch" on "public"."jobs" is null'
    ]


def test_writes_that_go_on_calling_the_function_are_no_hazard():
    same, other = ObjectId("trigger", (*ID.name[:2], "again")), changed(function="public.other")
    alone, beside = CONTEXT, Context(major=17, live={ID: OLD, same: OLD})

    assert notes(KIND.drop(ID, OLD, alone)) == ["Writes to public.jobs no longer call public.touch."]
    assert notes(KIND.drop(ID, OLD, Context(major=17, live={ID: OLD, same: other}))) == notes(KIND.drop(ID, OLD, alone))
    assert notes(KIND.drop(ID, OLD, beside)) == []
    assert notes(KIND.drop(ID, OLD, Context(major=17, live={ID: OLD}, fresh=frozenset({ID})))) == []


def notes(steps):
    """Return the sentences of what may happen."""
    return [note.sentence for statement in steps.statements for note in statement.hazards]

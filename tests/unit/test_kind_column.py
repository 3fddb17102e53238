"""Columns: added without a rewrite, dropped without losing a value."""

import msgspec
import pytest

from supaschema.executor import segments
from supaschema.kind import Context
from supaschema.kinds.column import Column, ColumnKind
from supaschema.kinds.constraint import Constraint
from supaschema.kinds.trigger import Trigger
from supaschema.model import Hazard, LockMode, Mode, ObjectId

A, B, COMPUTED, OTHER = (ObjectId("column", ("public", "jobs", name)) for name in ("a", "b", "zone", "note"))
ID = ObjectId("column", ("public", "jobs", "state"))
KEY = ObjectId("constraint", ("public", "jobs", "jobs_pkey"))
LIVE = {KEY: Constraint(type="p", columns=("id",))}
KIND = ColumnKind()
PLAIN = Context(major=17, live=LIVE)


def texts(steps):
    assert steps is not None
    return [statement.text for statement in steps.statements]


def test_rows_that_exist_do_not_get_a_default_that_is_for_new_ones():
    steps = KIND.create(ID, Column(type="text", default="'new'", existing_rows="null"), PLAIN)

    assert texts(steps) == [
        'alter table "public"."jobs" add column "state" text',
        'alter table "public"."jobs" alter column "state" set default \'new\'',
    ]


@pytest.mark.parametrize(
    ("column", "clause"),
    [
        (Column(type="text"), '"state" text'),
        (Column(type="integer", default="0"), '"state" integer default 0'),
        (Column(type="integer", generated="a + b"), '"state" integer generated always as (a + b) stored'),
        (Column(type="bigint", identity="always"), '"state" bigint generated always as identity'),
    ],
)
def test_a_clause_states_type_default_generation_and_identity(column, clause):
    assert KIND.clause(ID, column, PLAIN).text == clause


def test_a_changed_type_says_that_it_may_rewrite():
    steps = KIND.alter(ID, Column(type="integer"), Column(type="bigint"), PLAIN)

    assert steps is not None
    assert texts(steps) == ['alter table "public"."jobs" alter column "state" type bigint']
    assert [note.hazard for note in steps.statements[0].hazards] == [Hazard.REWRITES_TABLE]


def test_a_type_in_another_spelling_is_no_change():
    old = Column(type="timestamp with time zone")

    steps = KIND.alter(ID, old, Column(type="timestamptz", default="now()"), PLAIN)

    assert texts(steps) == ['alter table "public"."jobs" alter column "state" set default now()']


def test_a_generated_column_is_made_anew():
    assert KIND.alter(ID, Column(type="integer"), Column(type="integer", generated="1"), PLAIN) is None


def test_values_other_than_the_default_are_kept_in_batches_before_the_drop():
    steps = KIND.drop(ID, Column(type="text", default="'new'"), PLAIN)

    parts = segments(steps.statements)
    assert [part.mode for part in parts] == [
        Mode.TRANSACTION,
        Mode.TRANSACTION,
        Mode.BATCHES,
        Mode.TRANSACTION,
        Mode.TRANSACTION,
    ]
    assert '"row_"."state"::text is distinct from (\'new\')::text::text' in parts[2].statements[0].text
    assert parts[3].statements[1].text == 'alter table "public"."jobs" drop column "state"'
    exclusive = [
        position
        for position, part in enumerate(parts)
        for statement in part.statements
        for lock in statement.locks
        if lock.mode is LockMode.ACCESS_EXCLUSIVE
    ]
    assert set(exclusive) == {3}


def test_the_first_of_several_columns_drops_them_all_those_that_are_computed_before_the_others():
    columns = {
        ID: Column(type="text"),
        OTHER: Column(type="text", default="now()"),
        COMPUTED: Column(type="text", generated="state"),
    }
    context = Context(major=17, live={**LIVE, **columns}, dropped=frozenset(columns))

    found = {id: texts(KIND.drop(id, column, context)) for id, column in columns.items()}

    assert [id for id, statements in found.items() if statements] == [OTHER]
    assert 'alter table "public"."jobs" drop column "zone", drop column "note", drop column "state"' in found[OTHER]


@pytest.mark.parametrize(
    ("default", "differs"),
    [
        (None, '"row_"."state" is distinct from null'),
        ("'%'::text", '"row_"."state"::text is distinct from (\'%%\'::text)::text::text'),
        ("now()", "true"),
    ],
)
def test_a_default_that_is_computed_is_no_value_to_leave_out(default, differs):
    steps = KIND.drop(ID, Column(type="text", default=default), PLAIN)

    (batches,) = [statement for statement in steps.statements if statement.mode is Mode.BATCHES]
    assert f"and ({differs})" in batches.text


def test_a_key_of_several_columns_is_kept_as_a_list():
    live = {KEY: Constraint(type="p", columns=("a", "b")), A: Column(type="integer"), B: Column(type="uuid")}

    steps = KIND.drop(ID, Column(type="text"), Context(major=17, live=live))

    (batches,) = [statement for statement in steps.statements if statement.mode is Mode.BATCHES]
    assert 'jsonb_build_array("row_"."a"::text, "row_"."b"::text)::text' in batches.text
    assert "((%(after)s::jsonb ->> 0)::integer, (%(after)s::jsonb ->> 1)::uuid)" in batches.text


@pytest.mark.parametrize(
    "column", [Column(type="integer", generated="a"), Column(type="integer", default="0")], ids=["computed", "stored"]
)
def test_without_a_key_to_keep_values_by_they_are_lost_unless_they_are_computed(column):
    (drop,) = KIND.drop(ID, column, Context(major=17)).statements

    assert [note.hazard for note in drop.hazards] == ([] if column.generated else [Hazard.DELETES_DATA])


def test_kept_values_come_back_once_all_columns_are_there():
    both = frozenset({ID, OTHER})
    context = Context(major=17, live=LIVE, fresh=both, archived=both)

    add, expect = texts(KIND.create(ID, Column(type="text"), context))
    (back,) = KIND.finish(context).statements

    assert add.startswith("alter table")
    assert expect.startswith("update supaschema_archive.columns set added = 'null'")
    assert back.mode is Mode.BATCHES
    assert "'{note,state}'::text[]" in back.text
    assert [lock.mode for lock in back.locks] == [LockMode.ROW_EXCLUSIVE]


def test_only_triggers_that_fire_keep_writers_out():
    trigger = Trigger(timing="before", events=("update",), for_each="row", function="public.f")
    id = ObjectId("trigger", ("public", "jobs", "touch"))
    modes = []
    for enabled in ("origin", "always", "disabled", "replica"):
        live = {**LIVE, id: msgspec.structs.replace(trigger, enabled=enabled)}
        context = Context(major=17, live=live, fresh=frozenset({ID}), archived=frozenset({ID}))
        modes.append(KIND.finish(context).statements[0].locks[0].mode)

    assert modes == [LockMode.SHARE_ROW_EXCLUSIVE] * 2 + [LockMode.ROW_EXCLUSIVE] * 2


def test_what_a_failed_plan_did_not_put_back_the_next_one_does():
    live = {**LIVE, ID: Column(type="text")}

    assert len(KIND.finish(Context(major=17, live=live, returning=frozenset({ID}))).statements) == 1
    assert KIND.finish(Context(major=17, live=live, archived=frozenset({ID}))).statements == ()


def test_nothing_comes_back_into_a_computed_column():
    context = Context(major=17, live=LIVE, archived=frozenset({ID}))

    assert len(texts(KIND.create(ID, Column(type="text", generated="a"), context))) == 1

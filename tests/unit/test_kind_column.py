"""Columns: added without a rewrite, dropped without losing a value."""

import pytest

from supaschema.kind import Context
from supaschema.kinds.column import Column, ColumnKind
from supaschema.kinds.constraint import Constraint
from supaschema.model import Hazard, ObjectId

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


def test_values_other_than_the_default_are_kept_before_the_drop():
    keep, drop = texts(KIND.drop(ID, Column(type="text", default="'new'"), PLAIN))

    assert keep.startswith('insert into "supaschema_archive".column_values')
    assert keep.endswith('where "row_"."state"::text is distinct from (\'new\')::text::text')
    assert drop == 'alter table "public"."jobs" drop column "state"'


def test_kept_values_come_back_with_the_column():
    context = Context(major=17, live=LIVE, archived=frozenset({ID}))

    add, restore, clear = texts(KIND.create(ID, Column(type="text"), context))

    assert add.startswith("alter table")
    assert restore.startswith('update "public"."jobs"')
    assert clear.startswith('delete from "supaschema_archive".column_values')

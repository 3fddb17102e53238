"""Constraints: added and changed without blocking writers for long."""

import pytest

from supaschema.core.model import Hazard, LockMode, Mode, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.constraint import Constraint, ConstraintKind
from supaschema.kinds.index_keys import Key

ID = ObjectId("constraint", ("public", "jobs", "rule"))
KIND = ConstraintKind()
CONTEXT = Context(major=17)
CHECK = Constraint(type="c", expression="a > 0")
FOREIGN = Constraint(
    type="f",
    columns=("org_id",),
    references="public.organizations",
    referenced_columns=("id",),
    on_delete="CASCADE",
)


def texts(steps):
    assert steps is not None
    return [statement.text for statement in steps.statements]


@pytest.mark.parametrize("constraint", [CHECK, FOREIGN])
def test_rows_that_exist_are_validated_in_a_step_that_lets_writers_go_on(constraint):
    add, validate = KIND.create(ID, constraint, CONTEXT).statements

    assert add.text.endswith("not valid")
    assert validate.mode is Mode.OWN_TRANSACTION
    assert validate.locks[0].mode is LockMode.SHARE_UPDATE_EXCLUSIVE


def test_a_unique_constraint_takes_an_index_that_was_built_beside_the_writers():
    build, use = KIND.create(ID, Constraint(type="u", columns=("a", "b")), CONTEXT).statements

    assert (build.mode, use.mode) == (Mode.ALONE, Mode.OWN_TRANSACTION)
    assert 'create unique index concurrently "rule" on "public"."jobs" ("a", "b")' in build.text
    assert use.text.endswith('unique using index "rule"')


def test_a_check_that_was_not_validated_only_needs_that():
    steps = KIND.alter(ID, Constraint(type="c", expression="a > 0", validated=False), CHECK, CONTEXT)

    assert texts(steps) == ['alter table "public"."jobs" validate constraint "rule"']


def test_a_changed_foreign_key_is_never_absent():
    other = Constraint(type="f", columns=("org_id",), references="public.users", referenced_columns=("id",))

    steps = KIND.alter(ID, FOREIGN, other, CONTEXT)

    assert steps is not None
    add, validate, drop, rename = steps.statements

    assert add.text.endswith("not valid")
    assert validate.mode is Mode.OWN_TRANSACTION
    # The old one goes in the transaction in which the new one takes its name.
    assert (drop.mode, rename.mode) == (Mode.OWN_TRANSACTION, Mode.TRANSACTION)
    assert {lock.relation for lock in drop.locks} == {"public.jobs", "public.organizations"}


def test_a_changed_key_is_replaced_in_one_transaction_by_one_built_before():
    old, new = Constraint(type="u", columns=("a",)), Constraint(type="u", columns=("a",), include=("b",))

    steps = KIND.alter(ID, old, new, CONTEXT)

    assert steps is not None
    build, drop, use = steps.statements

    assert build.mode is Mode.ALONE
    assert (drop.mode, use.mode) == (Mode.OWN_TRANSACTION, Mode.TRANSACTION)


def test_an_exclusion_constraint_is_made_while_nobody_reads_and_says_so():
    new = Constraint(type="x", keys=(Key(expression="during", operator="&&"),))

    made = [KIND.create(ID, new, Context(major=17, live=live)).statements[0] for live in ({}, {ID: new})]

    assert [note.hazard for note in made[0].hazards] == [Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK]
    assert made[0].locks[0].scans
    # A changed one comes in the transaction in which the old one goes.
    assert [statement.mode for statement in made] == [Mode.OWN_TRANSACTION, Mode.TRANSACTION]


def test_what_is_not_said_is_as_it_is_live():
    live = Constraint(type="u", columns=("a",), deferrable="INITIALLY DEFERRED", options={"fillfactor": "70"})

    assert KIND.resolve(ID, Constraint(type="u", columns=("a",)), live, CONTEXT) == live


@pytest.mark.parametrize(
    ("constraint", "clause"),
    [
        (Constraint(type="p", columns=("id",)), 'constraint "rule" primary key ("id")'),
        (
            Constraint(type="u", columns=("a",), nulls_distinct=False),
            'constraint "rule" unique nulls not distinct ("a")',
        ),
        (CHECK, 'constraint "rule" check (a > 0)'),
        (
            Constraint(type="x", text="EXCLUDE USING gist (a WITH &&)"),
            'constraint "rule" EXCLUDE USING gist (a WITH &&)',
        ),
    ],
)
def test_a_clause_states_the_constraint(constraint, clause):
    made = KIND.clause(ID, constraint, CONTEXT)

    assert made is not None
    assert made.text == clause


def test_a_foreign_key_is_no_clause_for_it_locks_another_table():
    assert KIND.clause(ID, FOREIGN, CONTEXT) is None


def test_rows_that_break_a_check_stand_in_the_way():
    (precondition,) = KIND.create(ID, CHECK, CONTEXT).preconditions

    assert precondition.find.as_string() == 'select * from "public"."jobs" where not (a > 0)'

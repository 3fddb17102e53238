"""Row level security flags."""

import pytest

from supaschema.core.model import Hazard, LockMode, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.row_security import RowSecurity, RowSecurityKind

ID = ObjectId("row_security", ("public", "jobs"))
KIND = RowSecurityKind()
CONTEXT = Context(major=17)
FRESH = Context(major=17, fresh=frozenset({ObjectId("table", ID.name)}))
OFF, ON = RowSecurity(), RowSecurity(enabled=True)
FORCED = RowSecurity(enabled=True, forced=True)


@pytest.mark.parametrize(
    ("old", "new", "actions"),
    [
        (OFF, ON, ["enable"]),
        (ON, OFF, ["disable"]),
        (ON, FORCED, ["force"]),
        (FORCED, OFF, ["disable", "no force"]),
        (ON, ON, []),
    ],
)
def test_only_the_flags_that_differ_are_set(old, new, actions):
    statements = KIND.alter(ID, old, new, CONTEXT).statements

    assert [statement.text for statement in statements] == [
        f'alter table "public"."jobs" {action} row level security' for action in actions
    ]
    assert all(lock.mode is LockMode.ACCESS_EXCLUSIVE for statement in statements for lock in statement.locks)


def test_switching_it_off_says_what_opens():
    (statement,) = KIND.alter(ID, ON, OFF, CONTEXT).statements

    assert [note.hazard for note in statement.hazards] == [Hazard.AUTHZ_UPDATE]
    assert "all of its rows" in statement.hazards[0].sentence


@pytest.mark.parametrize(("wanted", "count"), [(ON, 0), (FORCED, 1), (OFF, 1)])
def test_a_new_table_has_it_on_already(wanted, count):
    statements = KIND.create(ID, wanted, FRESH).statements

    assert len(statements) == count
    assert all(not statement.hazards for statement in statements)


def test_it_is_never_switched_off_by_forgetting_it():
    assert KIND.drop(ID, ON, CONTEXT).statements == ()

"""Checks of domains."""

from supaschema.core.model import LockMode, Mode, ObjectId, Phase
from supaschema.kinds.base import Context
from supaschema.kinds.context import Held
from supaschema.kinds.domain_check import DomainCheck, DomainCheckKind

ID = ObjectId("domain_check", ("public", "score", "positive"))
DOMAIN = ObjectId("domain", ID.name[:2])
COLUMN = ("public", "games", "score")
KIND = DomainCheckKind()
CHECK = DomainCheck(expression="value > 0", type="integer")
UNPROVEN = DomainCheck(expression="value > 0", type="integer", validated=False)
IN_USE = Context(major=17, held={DOMAIN.name: Held(columns=(COLUMN,))})
ADDED = 'alter domain "public"."score" add constraint "positive" check (value > 0)'
PROVEN = 'alter domain "public"."score" validate constraint "positive"'


def created(context, new=CHECK):
    return KIND.create(ID, new, context)


def test_where_values_exist_they_are_proven_after_new_ones_are_held_against_it():
    steps = created(IN_USE)

    added, proven = steps.statements
    assert [added.text, proven.text] == [f"{ADDED} not valid", PROVEN]
    assert (added.locks, proven.mode) == ((), Mode.OWN_TRANSACTION)
    assert [(lock.relation, lock.mode, lock.scans) for lock in proven.locks] == [("public.games", LockMode.SHARE, True)]
    assert [item.find.as_string() for item in steps.preconditions] == [
        'select * from (select "score" as "value" from only "public"."games") as held where not (value > 0)'
    ]


def test_a_domain_without_values_has_nothing_to_prove():
    for context in (Context(major=17), Context(major=17, held=IN_USE.held, fresh=frozenset({DOMAIN}))):
        assert [(it.text, it.locks) for it in created(context).statements] == [(ADDED, ())]


def test_what_stood_aside_is_proven_once_all_else_is_done():
    steps = created(Context(major=17, held=IN_USE.held, aside={ID: ObjectId("function", ("public", "f", ""))}))

    assert [(it.text, it.phase) for it in steps.statements] == [(f"{ADDED} not valid", None), (PROVEN, Phase.TIDY)]
    assert steps.preconditions == ()


def test_values_in_arrays_forbid_a_check_that_is_to_be_proven_and_no_other():
    context = Context(major=17, held={DOMAIN.name: Held(within=("column scores of table public.games",))})

    (stuck,) = created(context).preconditions
    assert "declared with validated=False" in stuck.reason
    assert stuck.shows_rows
    assert [it.text for it in created(context, UNPROVEN).statements] == [f"{ADDED} not valid"]
    assert created(context, UNPROVEN).preconditions == ()


def test_it_is_proven_in_place_and_made_anew_for_anything_else():
    proven = KIND.alter(ID, UNPROVEN, CHECK, IN_USE)

    assert proven is not None
    assert [it.text for it in proven.statements] == [PROVEN]
    assert KIND.alter(ID, CHECK, UNPROVEN, IN_USE) is None
    assert KIND.alter(ID, CHECK, DomainCheck(expression="value > 1", type="integer"), IN_USE) is None


def test_values_are_checked_where_they_are_to_be_proven():
    found = [KIND.checks(ID, old, new) for old in (None, UNPROVEN, CHECK) for new in (UNPROVEN, CHECK)]

    assert found == [None, DOMAIN.name, None, DOMAIN.name, None, None]

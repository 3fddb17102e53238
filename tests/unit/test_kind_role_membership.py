"""Memberships of roles."""

import pytest

from supaschema.core.model import Hazard, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.role_membership import RoleMembership, RoleMembershipKind

ID = ObjectId("role_membership", ("reader", "anon"))
KIND = RoleMembershipKind()
CONTEXT = Context(major=17, user="postgres")
BEFORE = Context(major=15, user="postgres")
PLAIN = RoleMembership()


def texts(steps):
    return [statement.text for statement in steps.statements]


@pytest.mark.parametrize(
    ("context", "new", "made"),
    [
        (CONTEXT, PLAIN, 'grant "reader" to "anon" with admin false, set true'),
        (
            CONTEXT,
            RoleMembership(admin=True, inherit=False, may_set=False),
            'grant "reader" to "anon" with admin true, set false, inherit false',
        ),
        (BEFORE, PLAIN, 'grant "reader" to "anon"'),
        (BEFORE, RoleMembership(admin=True), 'grant "reader" to "anon" with admin option'),
    ],
)
def test_it_is_granted_as_it_is_to_be(context, new, made):
    steps = KIND.create(ID, new, context)

    assert texts(steps) == [made]
    assert [item.reason for item in steps.preconditions] == [
        "things stand against changing that anon is a member of reader"
    ]


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (PLAIN, "it has its rights, may become it."),
        (RoleMembership(inherit=False), "it may become it."),
        (RoleMembership(admin=True, may_set=False), "it has its rights, may make others members of it."),
        (RoleMembership(inherit=False, may_set=False), "it is one by name alone."),
    ],
)
def test_what_the_member_has_by_it_is_told(new, says):
    (note,) = KIND.create(ID, new, CONTEXT).statements[0].hazards

    assert note.hazard is Hazard.AUTHZ_UPDATE
    assert note.sentence == f"anon is a member of reader from then on: {says}"


def test_it_changes_in_place():
    admin = RoleMembership(admin=True, inherit=True)

    assert texts(KIND.alter(ID, admin, RoleMembership(inherit=True), CONTEXT)) == [
        'grant "reader" to "anon" with admin false, set true, inherit true'
    ]
    assert texts(KIND.alter(ID, RoleMembership(admin=True), PLAIN, BEFORE)) == [
        'revoke admin option for "reader" from "anon"'
    ]
    assert texts(KIND.alter(ID, PLAIN, RoleMembership(admin=True), BEFORE)) == [
        'grant "reader" to "anon" with admin option'
    ]


def test_it_is_taken_and_what_is_lost_is_told():
    (gone,) = KIND.drop(ID, PLAIN, CONTEXT).statements

    assert gone.text == 'revoke "reader" from "anon"'
    assert [note.hazard for note in gone.hazards] == [Hazard.AUTHZ_UPDATE]


def test_it_goes_with_the_role_and_needs_both():
    assert KIND.parents(ID) == (ObjectId("role", ("reader",)),)
    assert KIND.references(ID, PLAIN) == (ObjectId("role", ("anon",)),)
    assert KIND.roles(ID, PLAIN, ()) == ("reader", "anon")


def test_the_option_that_a_declaration_says_nothing_of_stays():
    live = RoleMembership(admin=True, inherit=False)

    assert KIND.resolve(ID, PLAIN, live, CONTEXT) == RoleMembership(inherit=False)
    assert KIND.resolve(ID, RoleMembership(inherit=True), live, CONTEXT).inherit is True
    assert KIND.resolve(ID, PLAIN, None, CONTEXT) == PLAIN

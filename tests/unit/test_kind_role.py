"""Roles."""

import pytest
from msgspec.structs import replace

from supaschema.core.model import Hazard, ObjectId, Phase
from supaschema.kinds.base import Context
from supaschema.kinds.role import Role, RoleKind

ID = ObjectId("role", ("reader",))
KIND = RoleKind()
CONTEXT = Context(major=17, user="postgres")
PLAIN = Role()
LIVE = Role(inherit=False, beyond=("createdb", "login"), comment="c")


def texts(steps):
    return [statement.text for statement in steps.statements]


@pytest.mark.parametrize(
    ("new", "made"),
    [
        (PLAIN, ['create role "reader" nologin']),
        (replace(PLAIN, comment=""), ['create role "reader" nologin']),
        (
            Role(inherit=False, bypass_rls=True, comment="c"),
            ['create role "reader" nologin noinherit bypassrls', "comment on role \"reader\" is 'c'"],
        ),
        (LIVE, ['create role "reader" nologin noinherit createdb login', "comment on role \"reader\" is 'c'"]),
    ],
)
def test_it_is_made_as_it_is_to_be(new, made):
    steps = KIND.create(ID, new, CONTEXT)

    assert texts(steps) == made
    assert [item.reason for item in steps.preconditions] == ["things stand against making role reader"]


def test_what_differs_is_changed_and_what_it_may_beyond_is_taken():
    steps = KIND.alter(ID, LIVE, Role(bypass_rls=True, comment=""), CONTEXT)

    assert texts(steps) == [
        'alter role "reader" inherit bypassrls nocreatedb nologin',
        'comment on role "reader" is null',
    ]
    assert [item.reason for item in steps.preconditions] == ["things stand against changing role reader"]


@pytest.mark.parametrize(("before", "after"), [(False, True), (True, False)])
def test_that_policies_do_not_limit_it_is_told(before, after):
    notes = KIND.alter(ID, Role(bypass_rls=before), Role(bypass_rls=after), CONTEXT).statements[0].hazards

    what = "no policy limits" if after else "policies limit"
    assert [(note.hazard, note.sentence) for note in notes] == [
        (Hazard.AUTHZ_UPDATE, f"From then on {what} whoever acts as reader.")
    ]


def test_it_is_dropped_last_and_what_needs_it_is_asked_for():
    policy = ObjectId("policy", ("app", "notes", "all"))
    maker = ObjectId("default_grants", ("maker", "tables"))
    steps = KIND.drop(ID, LIVE, Context(major=17, becoming={ID: None, policy: None}, dropped=frozenset({maker})))

    assert [(item.text, item.phase) for item in steps.statements] == [('drop role "reader"', Phase.TIDY)]
    refused, standing = steps.preconditions
    assert (refused.stands, standing.stands) == (False, True)
    assert "'{app,app.notes,maker,maker.tables}'" in standing.find.as_string()


def test_it_gets_another_name_in_place():
    (renamed,) = KIND.rename(ID, ObjectId("role", ("viewer",)))

    assert renamed.text == 'alter role "reader" rename to "viewer"'
    assert [note.hazard for note in renamed.hazards] == [Hazard.HAS_UNTRACKABLE_DEPENDENCIES]
    assert KIND.like(LIVE, replace(LIVE, comment="other"))
    assert not KIND.like(LIVE, PLAIN)


def test_the_comment_that_a_declaration_says_nothing_of_stays():
    assert KIND.resolve(ID, PLAIN, LIVE, CONTEXT) == Role(comment="c")
    assert KIND.resolve(ID, replace(PLAIN, comment=""), LIVE, CONTEXT).comment == ""
    assert KIND.resolve(ID, PLAIN, None, CONTEXT) == PLAIN

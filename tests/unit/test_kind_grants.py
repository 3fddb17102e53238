"""Grants: any list of privileges becomes any other by the statements planned, and the order comes back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supaschema.core.model import ObjectId
from supaschema.declarations import Grant, Privilege
from supaschema.kinds.base import Context
from supaschema.kinds.grants import Entry, Grants, declared_grants, grants_from
from supaschema.kinds.table_grants import TableGrantsKind
from supaschema.supabase.roles import API_ROLES

ID = ObjectId("table_grants", ("public", "jobs"))
KIND = TableGrantsKind()
CONTEXT = Context(major=17)
FRESH = Context(major=17, fresh=frozenset({ObjectId("table", ID.name)}))

ROLES = ("public", "anon", "authenticated", "service_role", "auditor", "Odd Role")
PRIVILEGES = KIND.known(17)

STATEMENT = re.compile(
    r"(?P<verb>grant|revoke) (?P<option>grant option for )?(?P<what>[a-z, ]+) on table \"public\"\.\"jobs\" "
    r"(?:to|from) (?P<roles>.+?)(?P<with> with grant option)?"
)


@st.composite
def access_lists(draw, *, ordered=True):
    entries = []
    for role in draw(
        st.permutations(ROLES).flatmap(lambda roles: st.sampled_from([roles[:n] for n in range(len(roles))]))
    ):
        held = draw(st.sets(st.sampled_from(PRIVILEGES), min_size=1))
        handed = set() if role == "public" else draw(st.sets(st.sampled_from(sorted(held))))
        entries.append(Entry(grantee=role, privileges=tuple(sorted(held)), grantable=tuple(sorted(handed))))
    return Grants(entries=tuple(entries), ordered=ordered)


def run(live, steps):
    """Do to a list what the server would: a new role comes last, one that holds nothing goes."""
    held = {entry.grantee: (set(entry.privileges), set(entry.grantable)) for entry in live.entries}
    for statement in steps.statements:
        match = STATEMENT.fullmatch(statement.text)
        assert match, statement.text
        named = PRIVILEGES if match["what"] == "all" else [word.upper() for word in match["what"].split(", ")]
        for role in match["roles"].replace('"', "").replace("PUBLIC", "public").split(", "):
            privileges, grantable = held.setdefault(role, (set(), set()))
            if match["verb"] == "grant":
                privileges.update(named)
                grantable.update(named if match["with"] else ())
            else:
                grantable.difference_update(named)
                privileges.difference_update(() if match["option"] else named)
            if not privileges:
                del held[role]
    return tuple(
        Entry(grantee=role, privileges=tuple(sorted(privileges)), grantable=tuple(sorted(grantable)))
        for role, (privileges, grantable) in held.items()
    )


@given(access_lists(), access_lists())
def test_what_was_there_before_comes_back_in_its_order(live, before):
    if not KIND.same_structure(before, live):
        assert run(live, KIND.alter(ID, live, before, CONTEXT)) == before.entries


@given(access_lists(), access_lists(ordered=False))
def test_only_what_differs_is_granted_and_revoked(live, wanted):
    steps = KIND.alter(ID, live, wanted, CONTEXT)

    assert KIND.same_structure(wanted, Grants(entries=run(live, steps)))
    assert KIND.same_structure(wanted, live) == (not steps.statements)


@given(access_lists(), st.lists(st.sampled_from(API_ROLES), unique=True))
def test_a_declaration_is_complete_for_its_roles_and_for_no_others(live, readers):
    declared = declared_grants(Grant(to=role, privileges=(Privilege.SELECT,)) for role in readers)
    wanted = KIND.resolve(ID, declared, live, CONTEXT)

    after = {entry.grantee: entry for entry in run(live, KIND.alter(ID, live, wanted, CONTEXT))}

    assert {role for role in after if role in API_ROLES} == set(readers)
    assert [entry for entry in live.entries if entry.grantee not in API_ROLES] == [
        after[entry.grantee] for entry in live.entries if entry.grantee not in API_ROLES
    ]


def test_a_new_object_is_closed_before_it_is_opened():
    declared = declared_grants([Grant(to="authenticated", privileges=(Privilege.SELECT,))])
    view = Context(major=17, fresh=frozenset({ObjectId("view", ID.name)}))
    steps = KIND.create(ID, declared, view)

    assert [statement.text for statement in steps.statements] == [
        'revoke all on table "public"."jobs" from PUBLIC, "anon", "authenticated", "service_role"',
        'grant select on table "public"."jobs" to "authenticated"',
    ]
    assert all(not statement.hazards for statement in steps.statements)


def test_a_new_table_which_is_closed_where_it_is_made_is_not_closed_once_more_but_for_other_roles():
    grants = [Grant(to=role, privileges=(Privilege.SELECT,)) for role in ("authenticated", "auditor")]

    (grant,) = KIND.create(ID, declared_grants(grants[:1]), FRESH).statements
    assert grant.text == 'grant select on table "public"."jobs" to "authenticated"'
    close, *_ = KIND.create(ID, declared_grants(grants), FRESH).statements
    assert close.text.startswith("revoke all")
    assert '"auditor"' in close.text


def test_a_sentence_says_who_gains_and_who_loses_what():
    live = Grants(entries=(Entry(grantee="public", privileges=("SELECT", "TRUNCATE")),))
    declared = declared_grants([Grant(to="auditor", privileges=(Privilege.SELECT,))])

    notes = [note.sentence for item in KIND.alter(ID, live, declared, CONTEXT).statements for note in item.hazards]

    assert notes == ["Everybody loses SELECT, TRUNCATE on public.jobs.", "auditor gains SELECT on public.jobs."]


def test_putting_an_order_back_says_only_what_really_changes():
    a, b = Entry(grantee="anon", privileges=("SELECT",)), Entry(grantee="auditor", privileges=("INSERT", "SELECT"))
    live = Grants(entries=(b, a), ordered=True)
    before = Grants(entries=(a, Entry(grantee="auditor", privileges=("SELECT",))), ordered=True)

    notes = [note.sentence for item in KIND.alter(ID, live, before, CONTEXT).statements for note in item.hazards]

    assert notes == ["auditor loses INSERT on public.jobs."]


@pytest.mark.parametrize(("major", "count"), [(15, 7), (17, 8), (18, 8)])
def test_all_stands_for_what_the_server_knows(major, count):
    declared = declared_grants([Grant(to="anon", privileges=(Privilege.ALL,))])

    entries = KIND.resolve(ID, declared, None, Context(major=major)).entries

    assert len(entries[0].privileges) == count


def test_a_privilege_that_the_server_does_not_know_is_left_out():
    declared = declared_grants([Grant(to="anon", privileges=(Privilege.MAINTAIN,))])

    assert KIND.resolve(ID, declared, None, Context(major=15)).entries == ()


def test_grants_come_back_as_they_were_declared():
    declared = [
        Grant(to="service_role", privileges=(Privilege.SELECT,)),
        Grant(to="anon", privileges=(Privilege.INSERT, Privilege.SELECT)),
    ]

    assert grants_from(declared_grants(declared), API_ROLES, declared) == tuple(declared)
    assert grants_from(declared_grants(declared), API_ROLES) == (declared[1], declared[0])
    assert grants_from(None, API_ROLES) == ()

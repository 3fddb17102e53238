"""A grant under row level security, and a function that passes it, are told with what policies make of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from localdb import platform
from supaschema.core.model import Hazard
from supaschema.declarations import (
    Function,
    Grant,
    InlinePolicy,
    PolicyCommand,
    Privilege,
    Schema,
    TableAccess,
)
from tests.fixtures.postgres import Server, create
from tests.support.declared import TITLE, notes
from tests.support.objects import Objects, managed

MEMBER = "row_rights_member"
OWN = InlinePolicy(name="own", command=PolicyCommand.SELECT, to=("authenticated",), using="title > 'a'")
LESS = InlinePolicy(name="less", command=PolicyCommand.UPDATE, to=("authenticated",), using="true", permissive=False)
NOTES = TableAccess(table="notes", policies=(OWN, LESS))
OPEN = TableAccess(table="open", row_security=False)
EVERYTHING = (Privilege.SELECT, Privilege.UPDATE, Privilege.DELETE)
COUNT = Function(
    name="count_notes",
    schema="inner",
    returns="bigint",
    language="sql",
    security_definer=True,
    execute=("authenticated",),
    body="select count(*) from public.notes n join public.open o on o.id = n.id",
)


@pytest.fixture(scope="module")
def objects(server: Server, template: str) -> Iterator[Objects]:
    """A table with two policies, one without row level security, and a function that reads both as its owner."""
    database = create(server, "row_rights", template)
    with database.connect_superuser() as connection:
        connection.execute(f"create role {MEMBER} nologin in role authenticated")
    with managed(database.url) as found:
        for declared in (Schema(name="inner"), *(notes(name, TITLE) for name in ("notes", "open", "parts"))):
            found.apply(declared)
        for declared in (NOTES, OPEN, COUNT):
            found.apply(declared)
        yield found
    platform.drop_database(server.superuser_url, database.name)
    with create(server, "row_rights_gone").connect_superuser() as connection:
        connection.execute(f"drop role {MEMBER}")
    platform.drop_database(server.superuser_url, "row_rights_gone")


READS = 'With SELECT, {} reaches the rows of public.notes that policy "own" admits.'
TO_SOME = 'With SELECT, everybody reaches the rows of public.notes that policy "own" (to authenticated) admits.'
NOTHING = "With {}, {} reaches no row of public.notes: no policy admits one."


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ("authenticated", f"{NOTHING.format('UPDATE, DELETE', 'authenticated')} {READS.format('authenticated')}"),
        (MEMBER, f"{NOTHING.format('UPDATE, DELETE', MEMBER)} {READS.format(MEMBER)}"),
        ("anon", NOTHING.format("SELECT, UPDATE, DELETE", "anon")),
        ("public", f"{NOTHING.format('UPDATE, DELETE', 'everybody')} {TO_SOME}"),
        ("service_role", "No policy of public.notes counts for service_role: it reaches every row."),
    ],
)
def test_a_grant_says_which_rows_policies_admit_to_it(objects: Objects, role: str, sentence: str) -> None:
    given = (Grant(to=role, privileges=EVERYTHING),)
    found = objects.preview(replace(NOTES, grants=given)).sentences(Hazard.AUTHZ_UPDATE)

    assert [text for text in found if " gains " not in text] == [sentence]


def test_a_policy_that_comes_with_the_grant_counts(objects: Objects) -> None:
    write = InlinePolicy(name='wr"ite', command=PolicyCommand.ALL, to=("anon",), using="true")
    given = (Grant(to="anon", privileges=EVERYTHING),)
    found = objects.preview(replace(NOTES, policies=(OWN, LESS, write), grants=given))

    everything = 'With SELECT, UPDATE, DELETE, anon reaches the rows of public.notes that policy "wr""ite" admits.'
    assert everything in found.sentences(Hazard.AUTHZ_UPDATE)


def test_without_row_level_security_a_grant_reaches_every_row(objects: Objects) -> None:
    found = objects.preview(replace(OPEN, grants=(Grant(to="anon", privileges=(Privilege.SELECT,)),)))

    every = "Row level security of public.open is off: anon reaches every row."
    assert found.sentences(Hazard.AUTHZ_UPDATE) == ("anon gains SELECT on public.open.", every)


PAST = "Judging by the names in its body, inner.count_notes may read and write past the policies of public.{}."


@pytest.mark.parametrize(
    ("body", "passed"),
    [
        ("select count(*) from public.parts p join public.notes n on n.id = p.id", (PAST.format("parts"),)),
        ("select count(*) from public.notes", ()),
    ],
)
def test_a_function_with_its_owners_rights_says_what_it_newly_passes(
    objects: Objects, body: str, passed: tuple[str, ...]
) -> None:
    assert objects.preview(replace(COUNT, body=body)).sentences(Hazard.AUTHZ_UPDATE) == passed


def test_a_new_function_with_its_owners_rights_says_what_it_passes(objects: Objects) -> None:
    plan = objects.preview(replace(COUNT, name="count_all"))

    assert PAST.format("notes").replace("count_notes", "count_all") in plan.sentences(Hazard.AUTHZ_UPDATE)


IDLE = 'Policy "own" on public.notes changes nothing for {}: {}.'
UNGRANTED = IDLE.format("anon", "that role is not granted SELECT")


@pytest.mark.parametrize(
    ("grants", "command", "to", "told"),
    [
        # Nobody is granted anything.
        (
            (),
            PolicyCommand.SELECT,
            "anon",
            UNGRANTED,
        ),
        (
            (),
            PolicyCommand.ALL,
            "service_role",
            IDLE.format("service_role", "no policy counts for that role"),
        ),
        (
            (Grant(to="anon", privileges=(Privilege.DELETE,)),),
            PolicyCommand.SELECT,
            "anon",
            UNGRANTED,
        ),
        # A grant of the same plan, on a column, to everybody or to a group counts.
        ((Grant(to="anon", privileges=(Privilege.SELECT,)),), PolicyCommand.SELECT, "anon", None),
        ((Grant(to="anon", privileges=(Privilege.DELETE,)),), PolicyCommand.ALL, "anon", None),
        ((Grant(to="anon", privileges=(Privilege.SELECT,), columns=("title",)),), PolicyCommand.SELECT, "anon", None),
        ((Grant(to="public", privileges=(Privilege.SELECT,)),), PolicyCommand.SELECT, "anon", None),
        ((Grant(to="authenticated", privileges=(Privilege.SELECT,)),), PolicyCommand.SELECT, MEMBER, None),
        ((), PolicyCommand.SELECT, "public", None),
    ],
)
def test_a_policy_moves_nothing_for_a_role_that_it_decides_nothing_for(
    objects: Objects, grants: tuple[Grant, ...], command: PolicyCommand, to: str, told: str | None
) -> None:
    own = replace(OWN, command=command, to=("authenticated", to))
    found = objects.preview(replace(NOTES, policies=(own, LESS), grants=grants)).sentences(Hazard.AUTHZ_UPDATE)
    by_policy = [text for text in found if 'policy "own"' in text.lower() and to.replace("public", "everybody") in text]

    if told is not None:
        assert by_policy == [told]
    else:
        assert [text for text in by_policy if "rows may be open" in text] != []
        assert [text for text in found if "changes nothing" in text and f"for {to}:" in text] == []

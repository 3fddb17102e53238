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


READS = 'By SELECT {} reaches the rows of public.notes that policy "own" admits.'
TO_SOME = 'By SELECT everybody reaches the rows of public.notes that policy "own" (to authenticated) admits.'
NOTHING = "By {} {} reaches no row of public.notes: no policy admits one."


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
    write = InlinePolicy(name="write", command=PolicyCommand.ALL, to=("anon",), using="true")
    given = (Grant(to="anon", privileges=EVERYTHING),)
    found = objects.preview(replace(NOTES, policies=(OWN, LESS, write), grants=given))

    everything = 'By SELECT, UPDATE, DELETE anon reaches the rows of public.notes that policy "write" admits.'
    assert everything in found.sentences(Hazard.AUTHZ_UPDATE)


def test_without_row_level_security_a_grant_reaches_every_row(objects: Objects) -> None:
    found = objects.preview(replace(OPEN, grants=(Grant(to="anon", privileges=(Privilege.SELECT,)),)))

    every = "Row level security of public.open is off: anon reaches every row."
    assert found.sentences(Hazard.AUTHZ_UPDATE) == ("anon gains SELECT on public.open.", every)


PAST = "By the names in its body inner.count_notes may read and write past the policies of public.{}."


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

"""What is closed on one relation and read through another is told of both, before it is done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.model import Hazard, Plan
from supaschema.database.settings import Settings
from supaschema.declarations import (
    Column,
    Declaration,
    Grant,
    InlinePolicy,
    PolicyCommand,
    Privilege,
    TableAccess,
    View,
)
from supaschema.provider.operations import Operations
from supaschema.resources.table_access import TableAccessResource
from tests.fixtures.postgres import Database
from tests.support.declared import TITLE, notes
from tests.support.objects import Objects, managed

SIZE = Column(name="size", type="integer")
READ = (Grant(to="authenticated", privileges=(Privilege.SELECT,)), Grant(to="anon", privileges=(Privilege.SELECT,)))
OWN = InlinePolicy(name="own", command=PolicyCommand.SELECT, to=("authenticated",), using="size < 100")
NOTES = TableAccess(table="notes", policies=(OWN,), grants=READ)
LINKED = InlinePolicy(
    name="linked",
    command=PolicyCommand.SELECT,
    to=("authenticated", "service_role"),
    using="exists (select from public.notes n where n.size = length(parts.title))",
)
PARTS = TableAccess(table="parts", policies=(LINKED,), grants=READ[:1])
LIST = View(name="list", query="select n.size from public.notes n", grants=READ)
ABOVE = View(name="above", query="select size from public.list", grants=READ)
OWNERS = View(name="owners", query="select n.size from public.notes n", security_invoker=False)
TABLES = (notes("notes", SIZE, TITLE), notes("parts", TITLE))
STANDING: tuple[Declaration, ...] = (*TABLES, NOTES, PARTS, LIST, ABOVE, OWNERS)


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    with managed(database.url) as found:
        for declared in STANDING:
            found.apply(declared)
        yield found


def failing(plan: Plan) -> tuple[str, ...]:
    return plan.sentences(Hazard.CORRECTNESS)


ASKED = "reads public.notes with the rights of whoever asks"


def test_a_read_that_is_revoked_names_the_views_and_policies_that_fail(objects: Objects) -> None:
    (every,) = failing(objects.preview(replace(NOTES, grants=())))
    (one,) = failing(objects.preview(replace(NOTES, grants=READ[:1])))

    fails = "policy public.parts.linked fails for authenticated; view public.list fails for anon, authenticated"
    assert every == f"{fails}: it {ASKED}."
    assert one == f"view public.list fails for anon: it {ASKED}."


def test_a_destroy_is_its_own_consent_and_says_what_fails(database: Database) -> None:
    with managed(database.url) as objects:
        for declared in TABLES:
            objects.apply(declared)
    access, urn = TableAccessResource(), "urn:pulumi:test::objects::supaschema:index:TableAccess::access"
    operations = Operations(Settings(database.url))
    made = operations.create(access, urn, NOTES.to_inputs())
    operations.pipeline.close()
    with managed(database.url) as objects:
        objects.apply(LIST)

    destroying = Operations(Settings(database.url))
    told = destroying.delete(access, urn, made.outputs)
    destroying.pipeline.close()

    assert f"view public.list fails for anon, authenticated: it {ASKED}." in told


@pytest.mark.parametrize(("column", "fails"), [("size", 0), ("title", 1)])
def test_what_is_still_read_by_its_columns_does_not_fail(objects: Objects, column: str, fails: int) -> None:
    grants = tuple(replace(grant, columns=(column,)) for grant in READ)

    assert len(failing(objects.preview(replace(NOTES, grants=grants)))) == fails


def test_a_policy_names_what_shows_other_rows_by_it(objects: Objects) -> None:
    plan = objects.preview(replace(NOTES, policies=(replace(OWN, using="size < 50"),)))

    assert failing(plan) == ()
    changes = "which rows that are changes with policy public.notes.own."
    assert plan.notes == tuple(f"{it} {ASKED}: {changes}" for it in ("policy public.parts.linked", "view public.list"))

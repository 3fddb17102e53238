"""A report names what somebody changed behind the program's back and is overwritten, and nothing else."""

from __future__ import annotations

import msgspec
import pytest

from supaschema.declarations import (
    Column,
    Function,
    Grant,
    InlinePolicy,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Table,
    TableAccess,
)
from supaschema.review.markdown import markdown
from supaschema.review.model import Report, StackReport
from tests.fixtures.postgres import Database
from tests.support.reviewed import deploy, report
from tests.support.sessions import Connection

NOTES = Table(
    name="notes",
    columns=(Column(name="id", type="uuid", nullable=False), Column(name="title", type="text", default="'new'")),
    primary_key=PrimaryKey(columns=("id",)),
)
ACCESS = TableAccess(
    table="notes",
    policies=(InlinePolicy(name="own", command=PolicyCommand.SELECT, to=("authenticated",), using="title = 'own'"),),
    grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),),
)
COUNT = Column(name="count", type="bigint", default="public.number()")
PROGRAM = {"notes": NOTES, "notes-access": ACCESS}
WIDER = msgspec.structs.replace(NOTES, columns=(*NOTES.columns, Column(name="text", type="text")))
OVERWRITES = "behind the program's back:**"


@pytest.fixture
def deployed(database: Database) -> Database:
    """A database with the program in it."""
    deploy(database.url, PROGRAM)
    return database


def drifted(found: StackReport) -> set[tuple[str, ...]]:
    """Return the objects that a report says are overwritten."""
    plans = [change.plan for change in found.changes if change.plan]
    return {(item.object.kind, *item.object.name) for plan in plans for item in plan.differences if item.drifted}


def told(found: StackReport) -> str:
    return markdown(Report(stacks=(found,)))


def test_a_change_of_the_program_alone_overwrites_nothing(deployed: Database) -> None:
    found = report(deployed.url, PROGRAM, {**PROGRAM, "notes": WIDER})
    assert [change.name for change in found.changes] == ["notes"]
    assert drifted(found) == set()
    assert OVERWRITES not in told(found)


def test_what_was_changed_dropped_and_added_by_hand_is_told(deployed: Database, connection: Connection) -> None:
    connection.execute("alter table public.notes alter column title set default 'by hand'")
    connection.execute("create policy everybody on public.notes for select to authenticated using (true)")
    found = report(deployed.url, PROGRAM, {**PROGRAM, "notes": WIDER})
    assert drifted(found) == {("column", "public", "notes", "title"), ("policy", "public", "notes", "everybody")}
    lines = told(found).partition(OVERWRITES)[2].splitlines()[2:4]
    assert lines == [
        "- column `public.notes.title` was changed",
        "- policy `public.notes.everybody` was added",
    ]


def test_what_was_dropped_by_hand_is_told(deployed: Database, connection: Connection) -> None:
    connection.execute("alter table public.notes drop column title cascade")
    found = told(report(deployed.url, PROGRAM, PROGRAM))
    assert "- column `public.notes.title` was dropped" in found
    assert "- policy `public.notes.own` was dropped" in found


def test_what_is_adopted_was_nobodys_drift(database: Database, connection: Connection) -> None:
    connection.execute("create table public.notes (id uuid primary key, title text)")
    found = report(database.url, {}, PROGRAM)
    assert found.changes
    assert drifted(found) == set()


def test_what_the_server_wrote_for_a_rename_is_no_drift(deployed: Database) -> None:
    renamed = Column(name="heading", type="text", default="'new'", renamed_from=("title",))
    after = {
        "notes": msgspec.structs.replace(NOTES, columns=(NOTES.columns[0], renamed)),
        "notes-access": with_rule("heading = 'own'"),
    }
    deploy(deployed.url, after, PROGRAM)
    found = report(deployed.url, after, {**after, "notes-access": with_rule("heading = 'own' and id is not null")})
    assert [change.name for change in found.changes] == ["notes-access"]
    assert drifted(found) == set()


def with_rule(using: str) -> TableAccess:
    (own,) = ACCESS.policies
    return msgspec.structs.replace(ACCESS, policies=(msgspec.structs.replace(own, using=using),))


def test_what_comes_back_with_a_function_that_is_recreated_was_changed_by_nobody(database: Database) -> None:
    number = Function(name="number", returns="integer", body="select 1", language="sql")
    counted = msgspec.structs.replace(NOTES, columns=(*NOTES.columns, COUNT))
    deploy(database.url, {"number": number, "notes": counted})
    program = {"number": number, "notes": counted}
    found = report(database.url, program, {**program, "number": msgspec.structs.replace(number, returns="bigint")})
    (change,) = found.changes
    assert change.plan is not None
    assert drifted(found) == set()
    own = [item for item in change.plan.differences if not item.aside]
    assert [(item.object.kind, item.old and item.old.get("volatility")) for item in own] == [("function", None)]
    # Its default calls the function, and nothing else of it does.
    assert "Not dropped, but without what it has of it while that changes: column `public.notes.count`" in told(found)
    assert "Dropped and recreated" not in told(found)

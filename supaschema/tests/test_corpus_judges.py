"""The corpus sees what an engine does wrong: each kind of fault is planted, and found."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import pytest

from harness.cases import Case
from harness.locks import Log, away
from harness.run import Way, faults, faults_of_nothing, faults_of_refusal, faults_of_return
from harness.sides import Side
from supaschema.core.model import Lock, LockMode, Plan
from supaschema.database.connect import Database
from supaschema.engine.intent import Intent
from supaschema.engine.pipeline import Pipeline

GAINS_A_COLUMN = Case("column/comes")
LOSES_VALUES = Case("column/goes_with_values")


@dataclass(frozen=True, slots=True)
class Sabotaged:
    """An engine that does more than it says: after a plan it runs a statement, and it tells the plan otherwise."""

    side: Side
    statement: str = ""
    tells: Callable[[Plan], Plan] = lambda plan: plan
    shows: Callable[[Plan], Plan] = lambda plan: plan

    @property
    def database(self) -> Database:
        """The engine's."""
        return self.side.engine.database

    def preview(self, intent: Intent) -> Plan:
        """Return the engine's plan as it is shown."""
        return self.shows(self.side.engine.preview(intent))

    def apply(self, intent: Intent, name: str) -> Plan:
        """Run the engine's plan and the statement, and give the plan as it is told."""
        plan = self.side.engine.apply(intent, name)
        if self.statement:
            with self.side.superuser() as connection:
                connection.execute(self.statement.encode())
        return self.tells(plan)


def unannounced(plan: Plan) -> Plan:
    return dataclasses.replace(plan, statements=tuple(dataclasses.replace(item, locks=()) for item in plan.statements))


def announced_on_the_platform(plan: Plan) -> Plan:
    lock = Lock("auth.users", LockMode.SHARE)
    given = (dataclasses.replace(item, locks=(*item.locks, lock)) for item in plan.statements)
    return dataclasses.replace(plan, statements=tuple(given))


def shorter(plan: Plan) -> Plan:
    return dataclasses.replace(plan, statements=plan.statements[1:])


@pytest.fixture
def way(request, maker):
    """The way of a case, forward, of which the engine can be replaced."""
    names = {side: f"judged_{side}" for side in "ab"}
    a, b = (maker.side(request.param, side, name) for side, name in names.items())
    yield Way(a, b, maker.server.binaries)
    for side in (a, b):
        side.engine.close()
    for name in names.values():
        maker.drop(name)


def sabotaged(way: Way, **how: object) -> Way:
    engine = cast("Pipeline", Sabotaged(way.source, **how))  # type: ignore[arg-type]
    return dataclasses.replace(way, source=dataclasses.replace(way.source, engine=engine))


SABOTAGES = {
    "delete from app.notes where id = 1": "rows: app.notes",
    "update app.notes set id = 7 where id = 1": "rows: app.notes",
    "alter table app.notes drop constraint notes_pkey": "dump: lost: notes notes_pkey",
    "alter table app.notes drop column body": "dump: differs: notes; Type: TABLE",
    "alter table app.notes owner to service_role": "dump: too much: notes; Type: TABLE",
    "grant select on app.notes to anon": "dump: too much: TABLE notes; Type: ACL",
    "comment on column app.notes.body is 'x'": "dump: too much: COLUMN notes.body; Type: COMMENT",
    "alter table app.notes alter column id type bigint using id + 0": "rewrites: app.notes was rewritten",
}


@pytest.mark.parametrize("way", [GAINS_A_COLUMN], indirect=True, ids=["column"])
@pytest.mark.parametrize(("statement", "fault"), SABOTAGES.items(), ids=SABOTAGES)
def test_what_a_plan_does_not_say_is_seen(way, statement, fault):
    found = faults(sabotaged(way, statement=statement))

    assert any(line.startswith(fault) for line in found), found


@pytest.mark.parametrize("way", [GAINS_A_COLUMN], indirect=True, ids=["column"])
def test_an_engine_that_does_it_right_has_no_fault(way):
    assert faults(sabotaged(way)) == []


@pytest.mark.parametrize("way", [GAINS_A_COLUMN], indirect=True, ids=["column"])
def test_what_a_second_plan_would_do_is_seen(way):
    found = faults(sabotaged(way, statement="alter table app.notes drop column body"))

    assert any(line.startswith('again: alter table "app"."notes" add column "body"') for line in found), found


@pytest.mark.parametrize("way", [GAINS_A_COLUMN], indirect=True, ids=["column"])
def test_a_lock_that_no_statement_announces_is_seen(way):
    found = faults(sabotaged(way, tells=unannounced))

    assert any(line.startswith("locks: app.notes: ACCESS EXCLUSIVE taken, nothing announced") for line in found), found


@pytest.mark.parametrize("way", [GAINS_A_COLUMN], indirect=True, ids=["column"])
def test_a_lock_that_is_announced_and_not_taken_is_seen(way):
    found = faults(sabotaged(way, tells=announced_on_the_platform))

    assert any(line.startswith("locks: auth.users: nothing taken, SHARE announced") for line in found), found


@pytest.mark.parametrize("way", [GAINS_A_COLUMN], indirect=True, ids=["column"])
def test_a_statement_that_the_preview_does_not_show_is_seen(way):
    found = faults(sabotaged(way, shows=shorter))

    assert any(line.startswith("preview: 0 statements, and 1 ran") for line in found), found


@pytest.mark.parametrize("way", [LOSES_VALUES], indirect=True, ids=["values"])
def test_values_that_do_not_come_back_are_seen(way):
    found = faults_of_return(
        sabotaged(way, statement="update supaschema_archive.column_values set column_values = '{}'")
    )

    assert any(line.startswith("rows: app.notes") for line in found), found


@pytest.mark.parametrize("way", [GAINS_A_COLUMN], indirect=True, ids=["column"])
def test_a_preview_that_neither_refuses_nor_is_empty_is_seen(way):
    assert faults_of_refusal(way, "NULL") == ["not refused in the preview"]
    assert faults_of_nothing(way) == ['not empty: alter table "app"."notes" add column "body" text']


def test_a_view_that_is_away_while_a_statement_runs_by_itself_is_seen():
    log = Log(found=[("create index\n concurrently", frozenset({"app.v"})), ("analyze", frozenset({"app.v", "app.w"}))])

    assert away(log, {"app.v", "app.w"}) == ["app.w is not there during create index concurrently"]

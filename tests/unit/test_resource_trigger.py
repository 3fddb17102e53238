"""Trigger: what it states, what it refuses, and how drift shows. `test_routines.py` asks the server the same."""

from __future__ import annotations

import msgspec
import pytest

from supaschema.core.model import ObjectId
from supaschema.declarations import Trigger, TriggerEvent
from supaschema.kinds import trigger as trigger_kind
from supaschema.resources.trigger import TriggerResource
from tests.support.triggers import REFUSED

RESOURCE = TriggerResource()
DECLARED = Trigger(
    name="touch",
    table="jobs",
    events=(TriggerEvent.UPDATE, TriggerEvent.INSERT),
    update_of=("type", "status"),
    function="public.touch",
)
ID = ObjectId("trigger", ("public", "jobs", "touch"))


def fields_refused(declared: Trigger) -> list[str]:
    problems = list(RESOURCE.problems(declared))
    assert all(problem.what and problem.remedy for problem in problems)
    return [problem.field for problem in problems]


def test_it_states_events_and_columns_in_one_order():
    (fact,) = RESOURCE.facts(DECLARED)

    assert RESOURCE.identify(DECLARED) == "public.jobs.touch"
    assert fact.id == ID
    assert fact.definition == trigger_kind.Trigger(
        timing="before",
        events=("insert", "update"),
        update_of=("status", "type"),
        for_each="row",
        function="public.touch",
    )


@pytest.mark.parametrize(("fields", "refused"), REFUSED)
def test_what_the_server_refuses_is_refused_at_once(fields: dict[str, object], refused: list[str]):
    assert fields_refused(msgspec.structs.replace(DECLARED, **{"update_of": (), **fields})) == refused


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({}, []),
        ({"name": "x" * 64}, ["name"]),
        ({"timing": "during"}, ["timing"]),
        ({"for_each": "table"}, ["forEach"]),
        ({"function": "touch"}, ["function"]),
        ({"events": (TriggerEvent.UPDATE, TriggerEvent.UPDATE)}, ["events"]),
        ({"events": (TriggerEvent.INSERT,)}, ["updateOf"]),
        ({"update_of": ("type", "type")}, ["updateOf"]),
        ({"when": " "}, ["when"]),
        ({"when": "new.type = 'old.x'"}, []),
    ],
)
def test_what_is_hardly_meant_is_refused(fields: dict[str, object], refused: list[str]):
    assert fields_refused(msgspec.structs.replace(DECLARED, **fields)) == refused


def test_drift_shows_by_property():
    (fact,) = RESOURCE.facts(DECLARED)
    lifted = RESOURCE.lift({ID: fact.definition}, DECLARED)
    disabled = RESOURCE.lift({ID: msgspec.structs.replace(fact.definition, enabled="disabled")}, DECLARED)
    other = RESOURCE.lift({ID: msgspec.structs.replace(fact.definition, function="public.other")}, DECLARED)

    assert disabled == {**lifted, "enabled": "disabled"}
    assert other == {**lifted, "function": "public.other"}
    assert RESOURCE.lift({}, DECLARED) == {}


def test_a_live_trigger_is_imported_by_its_id():
    (fact,) = RESOURCE.facts(DECLARED)
    found = RESOURCE.imported("public.jobs.touch", {ID: fact.definition})

    assert found is not None
    assert RESOURCE.facts(found) == RESOURCE.facts(DECLARED)
    assert RESOURCE.imported("public.jobs", {ID: fact.definition}) is None

    dotted = RESOURCE.imported("public.a.b.t.u", {ObjectId("trigger", ("public", "a.b", "t.u")): fact.definition})
    assert dotted is not None
    assert (dotted.table, dotted.name) == ("a.b", "t.u")

"""Sequence: what it states, what it refuses, and how drift shows."""

from __future__ import annotations

import msgspec
import pytest

from supaschema.core.model import Definition, ObjectId
from supaschema.declarations import Grant, Privilege, Sequence
from supaschema.kinds.grants import Entry, Grants
from supaschema.kinds.sequence import Sequence as SequenceDefinition
from supaschema.kinds.sequence_definition import resolved
from supaschema.resources.sequence import SequenceResource

RESOURCE = SequenceResource()
NAME = ("public", "numbers")
DECLARED = Sequence(
    name="numbers",
    increment=5,
    owned_by="notes.id",
    grants=(Grant(to="authenticated", privileges=(Privilege.USAGE,)),),
)
LIVE: dict[ObjectId, Definition] = {
    ObjectId("sequence", NAME): resolved(SequenceDefinition(increment=5, owned_by=("public", "notes", "id")), None),
    ObjectId("sequence_grants", NAME): Grants(entries=(Entry(grantee="authenticated", privileges=("USAGE",)),)),
}


def changed(**fields: object) -> Sequence:
    return msgspec.structs.replace(DECLARED, **fields)


def live_as(**fields: object) -> dict[ObjectId, Definition]:
    id = ObjectId("sequence", NAME)
    return {**LIVE, id: msgspec.structs.replace(LIVE[id], **fields)}


def test_it_states_the_sequence_and_who_may_draw_from_it():
    assert RESOURCE.identify(DECLARED) == "public.numbers"
    assert [fact.id for fact in RESOURCE.facts(DECLARED)] == list(LIVE)
    assert RESOURCE.facts(DECLARED)[0].definition == SequenceDefinition(increment=5, owned_by=("public", "notes", "id"))


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({}, []),
        ({"name": ""}, ["name"]),
        ({"type": "numeric"}, ["type"]),
        ({"type": "int8"}, []),
        ({"increment": 0}, ["increment"]),
        ({"cache": 0}, ["cache"]),
        ({"minimum": 5, "maximum": 5}, ["minimum"]),
        ({"maximum": 10, "start": 11}, ["start"]),
        ({"start": 1782345678901234567}, ["start"]),
        ({"minimum": -(2**64)}, ["minimum"]),
        ({"minimum": -(2**63), "maximum": 2**63, "start": 2**53 - 1}, []),
        ({"owned_by": "id"}, ["ownedBy"]),
        ({"owned_by": "notes."}, ["ownedBy"]),
        ({"owned_by": "a.b.c.d"}, ["ownedBy"]),
        ({"owned_by": "other.notes.id"}, ["ownedBy"]),
        ({"owned_by": "none"}, []),
        ({"grants": (Grant(to="anon", privileges=(Privilege.INSERT,)),)}, ["grants"]),
    ],
)
def test_what_the_server_would_object_to_is_refused(fields, refused):
    problems = list(RESOURCE.problems(changed(**fields)))

    assert [problem.field for problem in problems] == refused
    assert all(problem.what and problem.remedy for problem in problems)


@pytest.mark.parametrize(
    ("declared", "live", "shown"),
    [
        ({}, {}, {}),
        ({}, {"cache": 9}, {"cache": 9}),
        ({}, {"owned_by": ()}, {"owned_by": "none"}),
        ({"owned_by": None}, {"owned_by": ()}, {"owned_by": None}),
        ({"owned_by": "public.notes.id"}, {}, {"owned_by": "public.notes.id"}),
        ({"maximum": 2**63 - 1}, {}, {"maximum": 2**63 - 1}),
        ({}, {"maximum": 2**31 - 1, "type": "integer"}, {"type": "integer"}),
    ],
)
def test_drift_shows_in_what_is_declared_and_what_is_not_as_by_itself(declared, live, shown):
    known = changed(**declared)

    found = RESOURCE.parsed(RESOURCE.lift(live_as(**live), known))

    assert found == msgspec.structs.replace(known, **shown)


def test_a_live_one_is_imported_with_its_column_and_without_what_it_has_by_itself():
    assert RESOURCE.imported("public.numbers", LIVE) == DECLARED
    assert RESOURCE.imported("public.others", LIVE) is None


def test_the_largest_number_that_the_protocol_rounds_up_is_the_largest_there_is():
    facts = RESOURCE.facts(changed(maximum=2**63))

    assert facts[0].definition == SequenceDefinition(increment=5, maximum=2**63 - 1, owned_by=("public", "notes", "id"))

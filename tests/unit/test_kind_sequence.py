"""Sequences: what no server tells of their statements."""

from __future__ import annotations

import msgspec
import pytest

from supaschema.core.model import LockMode, ObjectId, Phase
from supaschema.kinds.base import Context
from supaschema.kinds.column_definition import Column, Serial
from supaschema.kinds.sequence import Sequence, SequenceKind
from supaschema.kinds.sequence_definition import resolved

KIND = SequenceKind()
ID = ObjectId("sequence", ("app", "numbers"))
OWNER = ObjectId("column", ("app", "notes", "id"))
ARCHIVED = ObjectId("column", ("app", "numbers", "last_value"))
LIVE = resolved(Sequence(), None)
USED = Context(major=17)


def changed(**fields: object) -> Sequence:
    return msgspec.structs.replace(LIVE, **fields)


@pytest.mark.parametrize(
    ("declared", "live", "expected"),
    [
        ({}, {"increment": 5, "cache": 7}, {"increment": 5, "cache": 7}),
        ({"type": "smallint"}, {}, {"maximum": 2**15 - 1}),
        ({"type": "smallint"}, {"maximum": 10}, {"maximum": 10}),
        ({"increment": -1}, {}, {"minimum": -(2**63), "maximum": -1, "start": -1}),
        ({"minimum": 10}, {}, {"start": 10}),
        ({"minimum": 10}, {"start": 20}, {"start": 20}),
        ({"owned_by": ()}, {"owned_by": OWNER.name}, {"owned_by": ()}),
        ({}, {"owned_by": OWNER.name, "cycle": True}, {"owned_by": OWNER.name, "cycle": True}),
    ],
)
def test_what_nobody_declares_stays_as_it_is_live_or_as_the_server_takes_it(declared, live, expected):
    found = KIND.resolve(ID, Sequence(**declared), changed(**live), USED)

    assert {name: getattr(found, name) for name in expected} == expected


def test_options_change_in_one_statement_that_keeps_writers_waiting_and_looks_at_the_value_first():
    steps = KIND.alter(ID, LIVE, changed(increment=5, maximum=100, cycle=True), USED)

    (statement,) = steps.statements
    assert statement.text == 'alter sequence "app"."numbers" increment by 5 maxvalue 100 cycle'
    assert [lock.mode for lock in statement.locks] == [LockMode.SHARE_ROW_EXCLUSIVE]
    (precondition,) = steps.preconditions
    assert precondition.shows_rows
    assert "outside of 1 to 100" in precondition.reason


def test_a_change_that_leaves_the_limits_alone_asks_for_no_value():
    assert KIND.alter(ID, LIVE, changed(cache=5), USED).preconditions == ()


def test_it_is_given_to_its_column_once_tables_are_made():
    steps = KIND.create(ID, changed(owned_by=OWNER.name), USED)

    assert [(item.text, item.phase) for item in steps.statements] == [
        ('create sequence "app"."numbers"', None),
        ('alter sequence "app"."numbers" owned by "app"."notes"."id"', Phase.REFERENCES),
    ]


def test_a_value_that_was_archived_comes_back_if_it_fits():
    steps = KIND.create(ID, LIVE, Context(major=17, archived=frozenset({ARCHIVED})))

    assert [item.text.split("(")[0] for item in steps.statements] == [
        'create sequence "app"."numbers"',
        "select pg_catalog.setval",
        "select supaschema.forget",
    ]
    assert "archived value of app.numbers" in steps.preconditions[0].reason


@pytest.mark.parametrize(
    ("occupied", "kept"), [(frozenset({ObjectId("table", ("app", "notes"))}), 0), (frozenset(), 3)]
)
def test_it_goes_with_the_column_that_owns_it_and_its_value_is_archived_unless_the_table_is(occupied, kept):
    table = ObjectId("table", ("app", "notes"))
    context = Context(major=17, becoming={OWNER: None}, dropped=frozenset({table}), occupied=occupied)

    steps = KIND.drop(ID, changed(owned_by=OWNER.name), context)

    assert [item.phase for item in steps.statements] == [Phase.COPY] * kept
    assert not any("drop sequence" in item.text for item in steps.statements)


def test_it_is_named_with_its_column_after_a_rename_of_its_table():
    old, new = ObjectId("table", ("app", "notes")), ObjectId("table", ("other", "sheets"))

    assert KIND.renamed(changed(owned_by=OWNER.name), old, new).owned_by == ("other", "sheets", "id")
    assert KIND.renamed(LIVE, old, new) == LIVE


@pytest.mark.parametrize(
    ("own", "expected"),
    [(None, ['drop sequence "app"."numbers"']), (Serial(name=("app", "numbers"), type="bigint"), [])],
)
def test_the_sequence_of_a_new_identity_is_dropped_unless_the_column_goes_on_with_it(own, expected):
    old, new = Column(type="bigint", serial=own), Column(type="bigint", identity="always")
    context = Context(major=17, live={OWNER: old}, becoming={OWNER: new})

    steps = KIND.drop(ID, changed(owned_by=OWNER.name), context)

    assert [item.text for item in steps.statements][-1:] == expected


def test_a_first_value_that_nobody_drew_makes_way_for_the_new_one_and_a_drawn_one_is_looked_at():
    live = changed(type="smallint", maximum=2**15 - 1)
    steps = KIND.alter(ID, live, changed(minimum=100000, start=100000), USED)

    assert [item.text.removeprefix('alter sequence "app"."numbers" ') for item in steps.statements] == [
        "as bigint minvalue 1 maxvalue 100000",
        """select pg_catalog.setval('"app"."numbers"', 100000, false) from "app"."numbers" \
where not is_called and last_value = 1""",
        f"as bigint minvalue 100000 maxvalue {2**63 - 1} start with 100000",
    ]

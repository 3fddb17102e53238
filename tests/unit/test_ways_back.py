"""Former names that are given again, and those that are not: nobody could tell which object was meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.engine.renames import Renames
from supaschema.engine.ways_back import former_names, ways_back
from supaschema.ledger import Former, LedgerState
from supaschema.registry import KINDS

OWN = "urn:pulumi:test::objects::supaschema:index:Table::own"
OTHER = OWN.replace("::own", "::other")
STRANGE = OTHER.replace(":test::", ":production::")


def table(name: str) -> ObjectId:
    return ObjectId("table", ("public", name))


def column(of: str, name: str) -> ObjectId:
    return ObjectId("column", ("public", of, name))


NOTES, PAGES, LEAVES = table("notes"), table("pages"), table("leaves")
FORMER = {PAGES: (Former(NOTES),)}
BACK = (Rename(PAGES, NOTES, is_back=True),)


@pytest.mark.parametrize(
    ("ledger", "expected"),
    [
        (LedgerState(owners={PAGES: OWN}, former=FORMER), BACK),
        (LedgerState(owners={PAGES: OTHER}, former=FORMER), (replace(BACK[0], untold=OTHER),)),
        (LedgerState(owners={PAGES: STRANGE}, former=FORMER), ()),
        (LedgerState(owners={PAGES: OWN, NOTES: OTHER}, former=FORMER), ()),
        (LedgerState(owners={PAGES: OWN}, former=FORMER, archived=frozenset({NOTES})), ()),
        (LedgerState(owners={PAGES: OWN, LEAVES: OWN}, former={**FORMER, LEAVES: (Former(NOTES),)}), ()),
        (LedgerState(owners={LEAVES: OWN}, former=FORMER), ()),
    ],
    ids=["own", "another's", "another stack's", "there", "archived", "two", "gone"],
)
def test_what_was_called_so_is_called_so_again(ledger: LedgerState, expected: tuple[Rename, ...]) -> None:
    assert ways_back({NOTES}, OWN, (), ledger, kinds=KINDS, keeps=lambda *_: None) == expected


def test_what_the_program_still_has_keeps_its_name() -> None:
    ledger = LedgerState(owners={PAGES: OTHER}, former=FORMER)

    assert ways_back({NOTES}, OWN, (), ledger, kinds=KINDS, keeps=lambda urn, _: urn == OTHER) == ()
    assert ways_back({NOTES, PAGES}, OWN, (), ledger, kinds=KINDS, keeps=lambda *_: None) == ()


def test_a_part_is_named_within_what_it_belongs_to_then() -> None:
    heading = column("pages", "heading")
    former = {heading: (Former(column("leaves", "title")),), **FORMER}
    ledger = LedgerState(owners={PAGES: OWN, heading: OWN}, former=former)
    declared = {NOTES, column("notes", "title")}

    found = ways_back(declared, OWN, (), ledger, kinds=KINDS, keeps=lambda *_: None)
    asked = ways_back(declared, OWN, (Rename(PAGES, NOTES),), ledger, kinds=KINDS, keeps=lambda *_: None)

    part = Rename(column("notes", "heading"), column("notes", "title"), is_back=True)
    assert (found, asked) == ((*BACK, part), (part,))


def test_names_that_were_given_on_are_given_back_one_after_the_other() -> None:
    # Notes became pages once pages had become leaves.
    former = {PAGES: (Former(NOTES),), LEAVES: (Former(PAGES),)}
    ledger = LedgerState(owners={PAGES: OWN, LEAVES: OWN}, former=former)

    found = ways_back({NOTES, PAGES}, OWN, (), ledger, kinds=KINDS, keeps=lambda *_: None)

    assert found == (*BACK, Rename(LEAVES, PAGES, is_back=True))
    # The first of them is another resource's, which does so itself.
    other = LedgerState(owners={PAGES: OTHER, LEAVES: OWN}, former=former)
    asked = replace(BACK[0], is_ours=False)
    assert ways_back({PAGES}, OWN, (asked,), other, kinds=KINDS, keeps=lambda *_: True) == found[1:]
    assert ways_back({PAGES}, OWN, (), other, kinds=KINDS, keeps=lambda *_: True) == ()


def test_of_names_that_went_in_a_circle_nobody_can_tell_whose_turn_it_is() -> None:
    former = {PAGES: (Former(NOTES), Former(LEAVES)), NOTES: (Former(PAGES),)}
    ledger = LedgerState(owners={PAGES: OWN, NOTES: OWN}, former=former)

    assert ways_back({NOTES, PAGES}, OWN, (), ledger, kinds=KINDS, keeps=lambda *_: None) == ()


def test_what_is_in_a_schema_that_is_called_so_again_had_its_name_in_it() -> None:
    before, now = ObjectId("schema", ("old",)), ObjectId("schema", ("new",))
    had, has, again = (ObjectId("table", name) for name in (("new", "a"), ("new", "b"), ("old", "a")))
    former = {now: (Former(before),), has: (Former(had),)}
    ledger = LedgerState(owners={now: OWN, has: OWN}, former=former)

    found = ways_back({before, again}, OWN, (), ledger, kinds=KINDS, keeps=lambda *_: None)

    assert found == (Rename(now, before, is_back=True), Rename(ObjectId("table", ("old", "b")), again, is_back=True))
    assert dict(former_names(Renames(found[:1], KINDS), ledger))[ObjectId("table", ("old", "b"))] == (Former(again),)


def test_a_former_name_that_is_long_gone_is_in_no_way() -> None:
    # Leaves became notes, and those pages: the program has notes again, and says what they were before.
    ledger = LedgerState(owners={PAGES: OTHER}, former={PAGES: (Former(LEAVES), Former(NOTES))})
    said = (Rename(LEAVES, NOTES),)

    assert ways_back({NOTES}, OWN, said, ledger, kinds=KINDS, keeps=lambda *_: False) == BACK


def test_what_another_resource_keeps_is_not_meant() -> None:
    former = {PAGES: (Former(NOTES),), LEAVES: (Former(NOTES),)}
    ledger = LedgerState(owners={PAGES: OWN, LEAVES: OTHER}, former=former)

    assert ways_back({NOTES}, OWN, (), ledger, kinds=KINDS, keeps=lambda *_: True) == BACK
    assert ways_back({NOTES}, OWN, (), ledger, kinds=KINDS, keeps=lambda *_: None) == ()

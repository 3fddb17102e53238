"""Former names that are given again, and those that are not: nobody could tell which object was meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.engine.ways_back import ways_back
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
    assert ways_back({NOTES}, OWN, (), ledger, kinds=KINDS, stays=lambda _: False) == expected


def test_what_the_program_still_has_keeps_its_name() -> None:
    ledger = LedgerState(owners={PAGES: OTHER}, former=FORMER)

    assert ways_back({NOTES}, OWN, (), ledger, kinds=KINDS, stays=lambda urn: urn == OTHER) == ()
    assert ways_back({NOTES, PAGES}, OWN, (), ledger, kinds=KINDS, stays=lambda _: False) == ()


def test_a_part_is_named_within_what_it_belongs_to_then() -> None:
    heading = column("pages", "heading")
    former = {heading: (Former(column("leaves", "title")),), **FORMER}
    ledger = LedgerState(owners={PAGES: OWN, heading: OWN}, former=former)
    declared = {NOTES, column("notes", "title")}

    found = ways_back(declared, OWN, (), ledger, kinds=KINDS, stays=lambda _: False)
    asked = ways_back(declared, OWN, (Rename(PAGES, NOTES),), ledger, kinds=KINDS, stays=lambda _: False)

    part = Rename(column("notes", "heading"), column("notes", "title"), is_back=True)
    assert (found, asked) == ((*BACK, part), (part,))

"""What is attached to an object that goes stays where it is wanted on its own, and its table stays."""

from __future__ import annotations

from supaschema.core.model import Delta, Desired, ObjectId
from supaschema.engine.attached import released
from supaschema.kinds.index import Index, Key
from supaschema.kinds.table import Table
from supaschema.ledger import LedgerState
from supaschema.registry import KINDS

OWN = Index(keys=(Key(expression="at"),))
WHOLE, PART = ObjectId("index", ("public", "logs", "logs_at")), ObjectId("index", ("public", "logs_1", "logs_1_at"))
TABLE = ObjectId("table", ("public", "logs_1"))
ATTACHED = Index(keys=OWN.keys, inherited=True, attached_to=WHOLE.name)


def deltas(desired: Desired) -> list[Delta]:
    """Return what is released where the index of the whole goes."""
    live = {WHOLE: OWN, PART: ATTACHED, TABLE: Table()}
    given = [Delta(id, live[id], None) for id, wanted in desired.items() if wanted is None]
    return [delta for delta in released(given, desired, live, LedgerState(), KINDS) if delta not in given]


def test_one_that_is_wanted_on_its_own_is_released():
    assert deltas({WHOLE: None, PART: OWN}) == [Delta(PART, ATTACHED, OWN)]


def test_one_that_nobody_declares_or_whose_table_goes_goes_along():
    assert deltas({WHOLE: None}) == deltas({WHOLE: None, TABLE: None, PART: OWN}) == []

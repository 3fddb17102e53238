"""Foreign keys of new tables hold what they refer to for a short time only, however many there are."""

from __future__ import annotations

from supaschema.core.model import Mode, Phase, Statement
from supaschema.core.sqltext import compose
from supaschema.engine.briefly import TOGETHER, briefly
from supaschema.engine.execute import segments


def _sizes(*statements: Statement) -> list[int]:
    return [len(part.statements) for part in segments(tuple(briefly(statements)))]


def _of(phase: Phase, mode: Mode = Mode.TRANSACTION) -> Statement:
    return Statement(compose("select"), mode=mode, phase=phase)


def test_they_are_made_a_few_in_a_transaction():
    keys = [_of(Phase.REFERENCES, Mode.OWN_TRANSACTION)] * (2 * TOGETHER + 1)

    assert _sizes(_of(Phase.STRUCTURE), *keys) == [1, TOGETHER, TOGETHER, 1]


def test_what_comes_after_them_waits_for_the_end_of_their_transaction():
    keys = [_of(Phase.REFERENCES, Mode.OWN_TRANSACTION)] * 2

    assert _sizes(*keys, _of(Phase.VALUES), _of(Phase.TIDY)) == [2, 2]


def test_those_of_one_table_stay_in_its_transaction():
    assert _sizes(_of(Phase.STRUCTURE), _of(Phase.REFERENCES), _of(Phase.REFERENCES)) == [3]


def test_others_that_begin_a_transaction_stay_apart():
    assert _sizes(*[_of(Phase.STRUCTURE, Mode.OWN_TRANSACTION)] * 3) == [1, 1, 1]

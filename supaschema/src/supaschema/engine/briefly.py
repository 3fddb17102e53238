"""How many foreign keys of new tables a transaction makes: what they refer to takes no writes until it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from supaschema.core.model import Mode, Phase, Statement

TOGETHER = 10
"""A key of a table without rows takes about a millisecond, and nobody shall wait a tenth of a second for ours."""


def briefly(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Yield the statements with those of phase REFERENCES that have a transaction of their own together by tens.

    Where none has one, they are one table's, and the last ones of the transaction that makes it.
    """
    together = 0
    for statement in statements:
        if statement.phase is Phase.REFERENCES and statement.mode is Mode.OWN_TRANSACTION:
            joins = 0 < together < TOGETHER
            together = together + 1 if joins else 1
            yield replace(statement, mode=Mode.TRANSACTION) if joins else statement
        else:
            # What comes after them does not join their last transaction.
            apart = together and statement.mode is Mode.TRANSACTION
            together = 0
            yield replace(statement, mode=Mode.OWN_TRANSACTION) if apart else statement

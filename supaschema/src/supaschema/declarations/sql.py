"""Statements of the author's own, for what no other declaration says."""

from __future__ import annotations

from supaschema.core.hazards import Hazard
from supaschema.declarations.base import Declaration


class Sql(Declaration, frozen=True, kw_only=True):
    """Statements of one's own, for what no other declaration says, with a query that tells whether they are applied.

    Attributes:
        name: Its name, unique in the database.
        up: What applies it: one statement or more. Names are written with their schemas: the search path is empty.
        check: A query of one boolean, true where it is applied. It is asked in a transaction that only reads.
        down: What takes it back when the resource goes; None: what was done stays, and the preview says so.
        transactional: False: each statement runs by itself, outside of a transaction, as `CREATE INDEX CONCURRENTLY`
            must; without a limit of time.
        hazards: The risks of `up`, as its author knows them: those that need consent need it.
        down_hazards: The risks of `down`.
        renamed_from: Names that it had: where one of them is recorded, and this one is not, that one is renamed.

    """

    name: str
    up: str
    check: str
    down: str | None = None
    transactional: bool = True
    hazards: tuple[Hazard, ...] = ()
    down_hazards: tuple[Hazard, ...] = ()
    renamed_from: tuple[str, ...] = ()

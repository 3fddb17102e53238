"""Renames that a declaration speaks of and that somebody did by hand: the ledger follows. Names no kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.engine.diff import Kinds
from supaschema.engine.ownership import may_move
from supaschema.engine.renames import Renames
from supaschema.ledger import LedgerState


def by_hand(
    asked: Iterable[Rename],
    urn: str,
    declared: Collection[ObjectId],
    live: Collection[ObjectId],
    ledger: LedgerState,
    *,
    kinds: Kinds,
) -> Renames:
    """Return those that were done by hand.

    Then what a resource has by the ledger, or takes over, is gone, and what is called as it says is nobody's.

    Args:
        asked: The renames that the declaration speaks of.
        urn: The resource, as the ledger knows it.
        declared: What it declares.
        live: What there is.
        ledger: Who declares what.
        kinds: The registry.

    """
    done, coming = Renames((), kinds), Renames((), kinds)
    for pair in asked:
        # As they are called now, and as the ledger calls them.
        old, new = (coming.reversed.id(id) for id in (pair.old, pair.new))
        former, later = (done.reversed.id(id) for id in (old, new))
        if old in live and new not in live:
            coming = Renames((*coming.pairs, pair), kinds)
        elif old in live or new not in live or pair.new not in declared:
            continue
        elif (
            later not in ledger.owners
            and (owner := ledger.owners.get(former)) is not None
            and (owner == urn or may_move(owner, urn))
        ):
            done = Renames((*done.pairs, replace(pair, old=old, new=new)), kinds)
    return done


def told(followed: Iterable[tuple[Renames, LedgerState]], declared: Collection[ObjectId]) -> tuple[str, ...]:
    """Return a sentence for each object of a declaration that somebody renamed by hand."""
    return tuple(
        f"{pair.new} is {pair.old} by the ledger, and was renamed by hand: it is taken for the same."
        for renames, _ in followed
        for pair in renames.pairs
        if pair.new in declared
    )

"""Whose an object is: given to its owner at the end, for whoever makes it owns it first."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from supaschema.core.model import Hazard, HazardNote, Lock, Phase, Statement
from supaschema.core.sqltext import compose, ident
from supaschema.kinds.base import Context


def given_to_owner(
    target: sql.Composable,
    old: str | None,
    new: str | None,
    context: Context,
    *,
    locks: tuple[Lock, ...] = (),
    rights_of: str | None = None,
) -> Iterator[Statement]:
    """Yield the statement that gives an object to its owner, where that is another role than it has.

    Args:
        target: The object as ALTER names it: `function x.y(integer)`.
        old: The owner that it has; None: it is new, and the deploying role's.
        new: The owner that it shall have; None: whoever has it.
        context: What is known of the rest.
        locks: What the statement takes.
        rights_of: What runs with the owner's rights, for people; None: nothing.

    """
    if new is None or new == (old or context.user):
        return
    notes: tuple[HazardNote, ...] = ()
    if rights_of is not None:
        notes = (HazardNote(Hazard.AUTHZ_UPDATE, f"{rights_of} has the rights of {new} from then on."),)
    query = compose("alter {} owner to {}", target, ident(new))
    yield Statement(query, locks=locks, hazards=notes, phase=Phase.TIDY)

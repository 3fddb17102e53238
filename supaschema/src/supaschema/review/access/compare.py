"""Compare two databases, each read in a transaction of its own that cannot write."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from supaschema.database.connect import looking
from supaschema.database.settings import Settings
from supaschema.review.access.diff import Change, Direction, differences
from supaschema.review.access.read import read
from supaschema.review.access.rights import Rights, rights
from supaschema.review.access.tries.choices import Choice, common
from supaschema.review.access.tries.outcomes import Trials, Tried, differing
from supaschema.review.access.tries.run import choices_of, tried

VERSION = 1
"""Of the JSON: it changes when a property changes its meaning or goes."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two databases.

    Attributes:
        changes: What became allowed, refused or broken.
        trials: What came of trials; None: nothing was tried.

    """

    changes: tuple[Change, ...]
    trials: Trials | None = None

    @property
    def opens_or_breaks(self) -> bool:
        """Whether somebody may do more, or perhaps, or something fails, or perhaps."""
        tried = self.trials.otherwise if self.trials else ()
        return any(change.direction is not Direction.NARROWER for change in self.changes) or any(
            each.reaches_more or each.fails for each in tried
        )

    def json(self) -> str:
        """Return it as JSON of ASCII alone."""
        changes = [
            {
                "direction": each.direction.value,
                "roles": each.roles,
                "verbs": each.verbs,
                "kind": each.thing.kind,
                "name": each.thing.name,
                "columns": each.columns,
                "state": each.state.value,
                "reasons": each.reasons,
            }
            for each in self.changes
        ]
        return json.dumps({"version": VERSION, "changes": changes, "tried": self._tried()}, indent=2) + "\n"

    def _tried(self) -> dict[str, object] | None:
        if self.trials is None:
            return None
        otherwise = [
            {
                "sessions": each.sessions,
                "verbs": each.verbs,
                "kind": each.thing.kind,
                "name": each.thing.name,
                "before": sorted(reached.name.lower() for reached in each.was),
                "after": sorted(reached.name.lower() for reached in each.now),
            }
            for each in self.trials.otherwise
        ]
        return {"sessions": self.trials.sessions, "otherwise": otherwise, "notTried": self.trials.left_out}


def rights_of(settings: Settings) -> Rights:
    """Return what roles can do in a database.

    Raises:
        ConnectionRefused: It cannot be reached, or this role is not shown all.
        LockWaitError: What was read is locked by another session.

    """
    with looking(settings) as connection, connection.transaction(force_rollback=True):
        connection.execute("set transaction isolation level repeatable read, read only")
        return rights(read(connection))


@dataclass(frozen=True, slots=True)
class Moment:
    """A database at one moment.

    Attributes:
        rights: What roles can do.
        tried: What came of trials; None: nothing was tried.

    """

    rights: Rights
    tried: Tried | None = None


def moment(settings: Settings, chosen: Collection[Choice] | None = None) -> Moment:
    """Return a database as it is now.

    Args:
        settings: They name it.
        chosen: What rows that are planted say in turn; None: nothing is tried. Else it must be marked as scratch.

    Raises:
        ConnectionRefused: It cannot be reached, or this role is not shown all.
        PreconditionError: It is not marked.

    """
    return Moment(rights_of(settings), tried(settings, chosen) if chosen is not None else None)


def between(before: Moment, after: Moment) -> Comparison:
    """Return what differs between two databases, or two moments of one."""
    trials = differing(before.tried, after.tried) if before.tried and after.tried else None
    return Comparison(differences(before.rights, after.rights), trials)


def compare(before: Settings, after: Settings, *, by_trial: bool = False) -> Comparison:
    """Return what differs between two databases; raises as above.

    Args:
        before: One.
        after: The other.
        by_trial: Whether everybody tries everything, too.

    """
    chosen = common(choices_of(before), choices_of(after)) if by_trial else None
    return between(moment(before, chosen), moment(after, chosen))

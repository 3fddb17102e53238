"""Compare two databases, each read in a transaction of its own that cannot write."""

from __future__ import annotations

import json
from dataclasses import dataclass

from supaschema.database.connect import connect
from supaschema.database.settings import Settings
from supaschema.review.access.diff import Change, Direction, differences
from supaschema.review.access.read import read
from supaschema.review.access.rights import Rights, rights
from supaschema.review.access.tries.choices import common
from supaschema.review.access.tries.outcomes import Trials, differing
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

    """
    with connect(settings) as connection, connection.transaction(force_rollback=True):
        connection.execute("set transaction isolation level repeatable read, read only")
        return rights(read(connection))


def compare(before: Settings, after: Settings, *, by_trial: bool = False) -> Comparison:
    """Return what differs between two databases.

    Args:
        before: One.
        after: The other.
        by_trial: Whether everybody tries everything, too: both must be marked as scratch.

    Raises:
        ConnectionRefused: One cannot be reached, or this role is not shown all.
        PreconditionError: One is not marked.

    """
    changes = differences(rights_of(before), rights_of(after))
    if not by_trial:
        return Comparison(changes)
    chosen = common(choices_of(before), choices_of(after))
    return Comparison(changes, differing(tried(before, chosen), tried(after, chosen)))

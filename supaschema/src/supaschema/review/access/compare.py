"""Compare two databases, each read in a transaction of its own that cannot write."""

from __future__ import annotations

import json
from dataclasses import dataclass

from supaschema.database.connect import connect
from supaschema.database.settings import Settings
from supaschema.review.access.diff import Change, Direction, differences
from supaschema.review.access.read import read
from supaschema.review.access.rights import Rights, rights

VERSION = 1
"""Of the JSON: it changes when a property changes its meaning or goes."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two databases.

    Attributes:
        changes: What became allowed, refused or broken.

    """

    changes: tuple[Change, ...]

    @property
    def opens_or_breaks(self) -> bool:
        """Whether somebody may do more, or perhaps, or something fails, or perhaps."""
        return any(change.direction is not Direction.NARROWER for change in self.changes)

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
        return json.dumps({"version": VERSION, "changes": changes}, indent=2) + "\n"


def rights_of(settings: Settings) -> Rights:
    """Return what roles can do in a database.

    Raises:
        ConnectionRefused: It cannot be reached, or this role is not shown all.

    """
    with connect(settings) as connection, connection.transaction(force_rollback=True):
        connection.execute("set transaction isolation level repeatable read, read only")
        return rights(read(connection))


def compare(before: Settings, after: Settings) -> Comparison:
    """Return what differs between two databases; raises as above."""
    return Comparison(differences(rights_of(before), rights_of(after)))

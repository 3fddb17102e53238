"""What the bodies of functions name, as far as words tell: a name too many does no harm, one too few hides much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from supaschema.review.access.model import Reading, Relation, Routine

_UNNAMED = "public"
"""The schema whose objects are mostly named without it."""


class Bodies:
    """The functions of a database by what they name."""

    def __init__(self, reading: Reading) -> None:
        """Take what was read."""
        self._reading = reading
        self._relations: dict[str, list[Relation]] = defaultdict(list)
        self._routines: dict[str, list[Routine]] = defaultdict(list)
        for relation in reading.relations.values():
            self._relations[relation.name[1]].append(relation)
        for routine in reading.routines.values():
            if routine.extension is None:
                self._routines[routine.name].append(routine)

    def reached(self, signatures: Iterable[str], role: str) -> Iterator[tuple[Routine, str]]:
        """Yield functions and what they call, each with the role with whose rights it runs where this one calls."""
        waiting = [(self._reading.routines[each], role) for each in signatures if each in self._reading.routines]
        seen: set[tuple[str, str]] = set()
        while waiting:
            routine, caller = waiting.pop()
            runs_as = routine.owner if routine.is_definer else caller
            if (routine.signature, runs_as) in seen:
                continue
            seen.add((routine.signature, runs_as))
            yield routine, runs_as
            waiting += [(each, runs_as) for each in self.called(routine)]

    def named(self, routine: Routine) -> Iterator[Relation]:
        """Yield the relations that a body names."""
        for word in routine.words & self._relations.keys():
            yield from (each for each in self._relations[word] if _is_meant(each.name[0], routine))

    def called(self, routine: Routine) -> Iterator[Routine]:
        """Yield the functions that a body names."""
        for word in routine.words & self._routines.keys():
            yield from (each for each in self._routines[word] if _is_meant(each.schema, routine))


def _is_meant(schema: str, routine: Routine) -> bool:
    return schema in (_UNNAMED, routine.schema) or schema in routine.words

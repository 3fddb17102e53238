"""What a table cannot be, or have, that has partitions, is one, or inherits from another. Names no kind.

The rules are those of ALTER TABLE and CREATE TRIGGER. What is there already the server tells itself (`trials.py`); this
is for what the same run makes, and for what hangs on a table that takes another place.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator

from supaschema.core.errors import DependencyError
from supaschema.core.model import Definition, Delta, Facts, ObjectId, Plan
from supaschema.core.sqltext import Name, relation_name
from supaschema.engine.declared import Declared
from supaschema.engine.diff import Kinds
from supaschema.engine.places import Places

_PARTITIONED = "p"


class Kin:
    """The tables of one plan, and those of the run that they are related to."""

    def __init__(self, plan: Plan, live: Facts, there: Places, declared: Declared, kinds: Kinds) -> None:
        """Take the plan, the facts of its anchors, what is there, what the run declares, and the registry of kinds."""
        self._deltas = plan.deltas
        self._made = {delta.id: delta.new for delta in plan.deltas}
        self._live = live
        self._there = there
        self._declared = declared
        self._kinds = kinds

    def require_fit(self, changing: Collection[str]) -> None:
        """Refuse a place that a table cannot have, and what it cannot have in its place.

        Args:
            changing: Names of what other plans change.

        Raises:
            DependencyError: Naming both.

        """
        for delta in self._deltas:
            if delta.new is None:
                continue
            kind = self._kinds[delta.id.kind]
            unfit = kind.unfit_among_tables(delta.new)
            if kind.holds_rows:
                self._require_place(delta, delta.new, changing)
            elif unfit is not None and (delta.old is None or kind.unfit_among_tables(delta.old) is None):
                for table, item in self._tables(delta.id.name[:2]):
                    self._refuse_part(delta.id, table, item, unfit)

    def _require_place(self, delta: Delta, new: Definition, changing: Collection[str]) -> None:
        kind, id = self._kinds[delta.id.kind], delta.id
        above = [] if delta.old is None else kind.inherits_from(delta.old)
        for name in kind.inherits_from(new):
            if name not in above:
                self._require_heirs_of(id, new, name)
        share = kind.share(new)
        comes = share is not None and (delta.old is None or kind.share(delta.old) is None)
        if share is not None and comes:
            heir = next(self._heirs(id.name[:2]), None)
            if heir is not None:
                whole, below = relation_name(share[0]), relation_name(heir)
                raise DependencyError(
                    f"it cannot be a partition of {whole}, for {below} inherits from it.",
                    where=str(id),
                    remedy="Let that one inherit from it no longer, and deploy that first.",
                )
        if comes or len(kind.inherits_from(new)) > len(above) or (delta.old is None and kind.is_partitioned(new)):
            for part, item in self._parts(id.name[:2], changing).items():
                unfit = self._kinds[part.kind].unfit_among_tables(item)
                if unfit is not None:
                    self._refuse_part(part, id, new, unfit)

    def _require_heirs_of(self, id: ObjectId, new: Definition, name: Name) -> None:
        rank = self._there.ranks.get(name)
        is_partitioned = self._there.relations.get(name) == _PARTITIONED
        is_part = rank is not None and rank.bound is not None
        for it, item in self._tables(name):
            is_partitioned = is_partitioned or self._kinds[it.kind].is_partitioned(item)
            is_part = is_part or self._kinds[it.kind].share(item) is not None
        why = "which is partitioned" if is_partitioned else "which is a partition" if is_part else None
        if why is None and self._kinds[id.kind].is_partitioned(new):
            why = "for it is partitioned itself"
        if why is not None:
            raise DependencyError(
                f"it cannot inherit from {relation_name(name)}, {why}.",
                where=str(id),
                remedy="Take inherits out, or declare it as a partition.",
            )

    def _heirs(self, name: Name) -> Iterator[Name]:
        rank = self._there.ranks.get(name)
        heirs = {id.name for id, item in self._told(name).items() if name in self._kinds[id.kind].inherits_from(item)}
        if rank is not None and rank.heir is not None:
            live: Name = tuple(rank.heir)
            above = {other for id, item in self._tables(live) for other in self._kinds[id.kind].inherits_from(item)}
            # What is declared otherwise has another place by then.
            if not above or name in above:
                heirs.add(live)
        yield from sorted(heirs)

    def _tables(self, name: Name) -> Iterator[tuple[ObjectId, Definition]]:
        for id, item in self._told(name).items():
            if id.name == name and self._kinds[id.kind].holds_rows:
                yield id, item

    def _parts(self, name: Name, changing: Collection[str]) -> Facts:
        # What is there is there until its own plan has changed it: where that comes first, it is as it is declared.
        live, declared = self._by_table[0].get(name, {}), self._declared.about(name)
        known = {**live, **declared} if name[1] in changing else {**declared, **live}
        known = {id: item for id, item in known.items() if id not in self._made and id.name[:2] == name}
        return {**known, **self._by_table[1].get(name, {})}

    def _told(self, name: Name) -> Facts:
        declared = self._declared.about(name).items()
        return {**{id: it for id, it in declared if id not in self._made}, **self._by_table[1].get(name, {})}

    @functools.cached_property
    def _by_table(self) -> tuple[dict[Name, Facts], dict[Name, Facts]]:
        # What is there and what is made, each by its table; a table also by those that it inherits from.
        found: tuple[dict[Name, dict[ObjectId, Definition]], ...] = ({}, {})
        for facts, grouped in zip((self._live, self._made), found, strict=True):
            for id, item in facts.items():
                if item is not None:
                    for name in (id.name[:2], *self._kinds[id.kind].inherits_from(item)):
                        grouped.setdefault(name, {})[id] = item
        return dict(found[0]), dict(found[1])

    def _refuse_part(self, part: ObjectId, table: ObjectId, item: Definition, unfit: str) -> None:
        kind = self._kinds[table.kind]
        if kind.is_partitioned(item):
            why = "which is partitioned"
        elif kind.share(item) is not None:
            why = "which is a partition"
        elif kind.inherits_from(item):
            why = "which inherits from another table"
        else:
            return
        raise DependencyError(
            f"it is {unfit}, and {relation_name(table.name)}, {why}, cannot have one.",
            where=str(part),
            remedy="Declare it in another way, or take it out, and deploy that first.",
        )

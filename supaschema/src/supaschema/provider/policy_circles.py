"""Policies that read each other's tables: the server takes them, and refuses every read for infinite recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.sqltext import Name
from supaschema.kinds.policy import Policy
from supaschema.kinds.policy_reads import tables_read
from supaschema.kinds.row_security import RowSecurity
from supaschema.supabase.roles import PUBLIC

Live = Callable[[Name], Facts]
Circle = tuple[ObjectId, ...]


class PolicyCircles:
    """The policies that a program declares, and those beside them that stay."""

    def __init__(self, live: Live, is_managed: Callable[[ObjectId], bool]) -> None:
        """Take how to read a table's live facts, and whether the ledger knows an object."""
        self._live = live
        self._is_managed = is_managed
        self._policies: dict[Name, dict[ObjectId, Policy]] = {}
        self._flags: dict[Name, RowSecurity] = {}
        self._tables: set[Name] = set()

    def declare(self, facts: Iterable[Fact]) -> None:
        """Take what a resource declares."""
        for fact in facts:
            table = fact.id.name[:2]
            if isinstance(fact.definition, Policy):
                self._policies.setdefault(table, {})[fact.id] = fact.definition
            elif isinstance(fact.definition, RowSecurity):
                self._flags[table] = fact.definition
            elif fact.id.kind == "table":
                self._tables.add(table)

    def refuse(self, facts: Iterable[Fact]) -> None:
        """Refuse a resource whose policy closes a circle.

        Raises:
            DeclarationError: Naming the policies.

        """
        for fact in facts:
            if isinstance(fact.definition, Policy) and self._is_on(fact.id.name[:2]):
                circle = next(self._circles((fact.id,), fact.definition, frozenset(fact.definition.roles)), None)
                if circle is not None:
                    raise _refused(circle)

    def _circles(self, path: Circle, policy: Policy, roles: frozenset[str]) -> Iterator[Circle]:
        for table in sorted(tables_read(policy)):
            if table == path[0].name[:2]:
                yield path
            elif table not in {id.name[:2] for id in path} and self._is_on(table):
                for id, other in self._on(table).items():
                    common = _both(roles, frozenset(other.roles))
                    if common:
                        yield from self._circles((*path, id), other, common)

    def _on(self, table: Name) -> dict[ObjectId, Policy]:
        declared = self._policies.get(table, {})
        if table in self._flags:
            # Its access is declared as a whole: no other policy stays.
            return declared
        live = self._live(table).items()
        # What this tool made, and the program may not declare any more, goes by and by.
        stay = {id: item for id, item in live if isinstance(item, Policy) and not self._is_managed(id)}
        return {**stay, **declared}

    def _is_on(self, table: Name) -> bool:
        flags = self._flags.get(table) or self._live(table).get(ObjectId("row_security", table))
        return flags.enabled if isinstance(flags, RowSecurity) else table in self._tables


def _both(left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
    if PUBLIC in left:
        return right
    return left if PUBLIC in right else left & right


def _refused(circle: Circle) -> DeclarationError:
    names = [f'policy "{id.name[2]}" on {".".join(id.name[:2])}' for id in circle]
    reads = " reads the table of ".join([*names, names[0]]) if names[1:] else f"{names[0]} reads its own table"
    return DeclarationError(
        f"{reads}: every read fails with infinite recursion.",
        where=str(circle[0]),
        remedy="Ask in a SECURITY DEFINER function with a fixed search_path, which reads past the policies.",
    )

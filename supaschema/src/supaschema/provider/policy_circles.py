"""Policies that read each other's tables: the server takes them, and refuses every read for infinite recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.quoted import in_quotes
from supaschema.core.sqltext import Name
from supaschema.kinds.function import Function
from supaschema.kinds.policy import Policy
from supaschema.kinds.policy_reads import condition, relations_read, routines_called
from supaschema.kinds.row_security import RowSecurity
from supaschema.kinds.view import View
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
        self._reading: dict[Name, dict[ObjectId, View | Function]] = {}

    def declare(self, facts: Iterable[Fact]) -> None:
        """Take what a resource declares."""
        for fact in facts:
            table = fact.id.name[:2]
            if isinstance(fact.definition, Policy):
                self._policies.setdefault(table, {})[fact.id] = fact.definition
            elif isinstance(fact.definition, RowSecurity):
                self._flags[table] = fact.definition
            elif isinstance(fact.definition, View | Function):
                self._reading.setdefault(table, {})[fact.id] = fact.definition
            elif fact.id.kind == "table":
                self._tables.add(table)

    def refuse(self, facts: Iterable[Fact]) -> None:
        """Refuse a resource whose policy closes a circle, or what a policy reads through.

        Raises:
            DeclarationError: Naming the policies.

        """
        for fact in facts:
            if isinstance(fact.definition, Policy):
                self._refuse(fact.id, fact.definition)
            elif isinstance(fact.definition, View | Function):
                name = fact.id.name[:2]
                for id, policy in self._every():
                    if name in self._read(condition(policy)):
                        self._refuse(id, policy)

    def _refuse(self, id: ObjectId, policy: Policy) -> None:
        if self._is_on(id.name[:2]):
            circle = next(self._circles((id,), policy, frozenset(policy.roles)), None)
            if circle is not None:
                raise _refused(circle)

    def _every(self) -> list[tuple[ObjectId, Policy]]:
        return [item for policies in self._policies.values() for item in policies.items()]

    def _circles(self, path: Circle, policy: Policy, roles: frozenset[str]) -> Iterator[Circle]:
        for table in sorted(self._read(condition(policy))):
            if table == path[0].name[:2]:
                yield path
            elif table not in {id.name[:2] for id in path} and self._is_on(table):
                for id, other in self._on(table).items():
                    common = _both(roles, frozenset(other.roles))
                    if common:
                        yield from self._circles((*path, id), other, common)

    def _read(self, text: str) -> set[Name]:
        """Return what a text reads with its reader's rights, and the views and functions that it reads through."""
        found: set[Name] = set()
        waiting = [text]
        while waiting:
            text = waiting.pop()
            new = (relations_read(text) | routines_called(text)) - found
            found |= new
            waiting += (inner for name in new for inner in self._texts(name))
        return found

    def _texts(self, name: Name) -> Iterator[str]:
        # A view or a function with its owner's rights reads past the policies.
        for item in {**self._live(name), **self._reading.get(name, {})}.values():
            if isinstance(item, View) and item.security_invoker:
                yield item.query
            elif isinstance(item, Function) and item.language == "sql" and not item.security_definer:
                yield item.body

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
    names = [f"policy {in_quotes(id.name[2])} on {'.'.join(id.name[:2])}" for id in circle]
    reads = " reads the table of ".join([*names, names[0]]) if names[1:] else f"{names[0]} reads its own table"
    return DeclarationError(
        f"{reads}: every read fails with infinite recursion.",
        where=str(circle[0]),
        remedy="Ask in a SECURITY DEFINER function with a fixed search_path, which reads past the policies.",
    )

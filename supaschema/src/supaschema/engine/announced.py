"""What the previews of one run have said so far: what a later one builds upon is not there yet."""

from __future__ import annotations

import threading

from supaschema.core.model import Plan
from supaschema.core.sqltext import relation_name


class Announced:
    """By resource, the relations whose rows its plan writes. For several threads."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._lock = threading.Lock()
        self._written: dict[str, frozenset[str]] = {}

    def announce(self, urn: str, plan: Plan) -> None:
        """Remember what a resource's plan would do."""
        with self._lock:
            self._written[urn] = _written(plan)

    def withdraw(self, urn: str) -> None:
        """Forget it: it was done."""
        with self._lock:
            self._written.pop(urn, None)

    def writes(self, urn: str, plan: Plan) -> bool:
        """Return whether a plan touches a relation whose rows another resource's plan writes."""
        touched = {lock.relation for statement in plan.statements for lock in statement.locks}
        with self._lock:
            return any(not touched.isdisjoint(found) for other, found in self._written.items() if other != urn)


def _written(plan: Plan) -> frozenset[str]:
    filled = {relation_name(name) for statement in plan.statements for name in statement.fires}
    locks = (lock for statement in plan.statements for lock in statement.locks)
    return frozenset(filled | {lock.relation for lock in locks if lock.rewrites})

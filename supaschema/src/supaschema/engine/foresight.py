"""What a deployment would be refused for, told in the preview as far as the server can tell it before."""

from __future__ import annotations

from supaschema.core.model import Plan
from supaschema.core.secret_texts import Secrets
from supaschema.database.connect import Connection
from supaschema.engine.announced import Announced
from supaschema.engine.diff import Kinds
from supaschema.engine.elaborate import parse_check
from supaschema.engine.preconditions import preview_preconditions


class Foresight:
    """Looks at the plans of one run's previews. For several threads."""

    def __init__(self, kinds: Kinds, secrets: Secrets) -> None:
        """Take the registry of kinds, and what no message holds."""
        self._kinds = kinds
        self._secrets = secrets
        self._announced = Announced()

    def look(self, connection: Connection, urn: str, plan: Plan) -> tuple[str, ...]:
        """Refuse a plan that would be refused, and return what may refuse it, a sentence each; changes nothing.

        Raises:
            ApplyError: A text of what is to be made is no SQL.
            PreconditionError: Rows stand in the way.

        """
        made = [(self._kinds[delta.id.kind], delta.new) for delta in plan.deltas if delta.new is not None]
        trials = [dry_run for kind, new in made if (dry_run := kind.dry_run(new)) is not None]
        parse_check(connection, trials, self._secrets)
        awaited = self._announced.writes(urn, plan)
        notes = preview_preconditions(connection, plan.preconditions, self._secrets, awaited=awaited)
        self._announced.announce(urn, plan)
        return notes

    def done(self, urn: str) -> None:
        """Forget what a resource's plan was to do: it was done."""
        self._announced.withdraw(urn)

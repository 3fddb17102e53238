"""What a deployment would be refused for, told in the preview as far as the server can tell it before."""

from __future__ import annotations

import functools
import time
from collections.abc import Collection, Iterable, Iterator, Sequence

from supaschema.core.errors import ApplyError
from supaschema.core.model import Fact, Facts, ObjectId, Plan
from supaschema.core.secret_texts import Secrets
from supaschema.core.sqltext import relation_name
from supaschema.database.connect import Connection, Server
from supaschema.engine.announced import Announced
from supaschema.engine.bounds import Bounds
from supaschema.engine.declared import Declared
from supaschema.engine.diff import Kinds
from supaschema.engine.former_names import FormerNames
from supaschema.engine.intent import Intent
from supaschema.engine.kin import Kin
from supaschema.engine.places import Places, missing_schemas, places, require_fit, require_free
from supaschema.engine.preconditions import preview_preconditions
from supaschema.engine.renames import Renames
from supaschema.engine.requirements import (
    missing_keys,
    missing_parents,
    missing_platform,
    missing_relations,
    missing_roles,
    missing_wholes,
)
from supaschema.engine.trials import Expected, Trials
from supaschema.engine.twins import Twin, twins
from supaschema.supabase.roles import of_api

_TRIAL_SECONDS = 5.0
"""How long the statements of one plan are tried: it may be one of thousands of tables."""


class Foresight:
    """Looks at the plans of one run's previews. For several threads."""

    def __init__(self, kinds: Kinds, secrets: Secrets, expected_roles: Iterable[str] = ()) -> None:
        """Take the registry of kinds, what no message holds, and the roles that others make by then."""
        self._kinds = kinds
        self._secrets = secrets
        self._announced = Announced(kinds, expected_roles)
        self.declared = Declared(kinds)
        self._bounds = Bounds(kinds, secrets)
        self._former = FormerNames(kinds)

    def declare(self, urn: str, facts: Sequence[Fact] | None) -> None:
        """Remember what a resource of the program declares; None: that is not known yet."""
        self._announced.declare(urn, None if facts is None else [fact.id for fact in facts])
        if facts is not None:
            self.declared.declare(urn, facts)

    def look(self, connection: Connection, intent: Intent, plan: Plan, live: Facts, server: Server) -> tuple[str, ...]:
        """Refuse a plan that would be refused, and return what may refuse it, a sentence each; changes nothing.

        Args:
            connection: In autocommit mode.
            intent: What is wanted.
            plan: The plan for it.
            live: The facts of its anchors.
            server: The server, as the first connection found it.

        Raises:
            ApplyError: A statement would be refused.
            PreconditionError: Rows stand in the way.

        """
        urn = intent.urn
        if plan.empty:
            self._announced.withdraw(urn)
            return ()
        trials = Trials(connection, self._expected(urn, plan), self._secrets)
        made = {delta.id: delta.new for delta in plan.deltas if delta.new is not None}
        there = places(connection, plan, self._kinds)
        others = self._announced.coming(urn, Plan())
        notes = [*self._former.told(connection, plan), *trials.require(missing_schemas(there, plan, self._kinds))]
        self._require_parents(intent, plan, live)
        notes += trials.require(missing_relations(connection, intent, self._kinds))
        require_fit(there, plan, self._kinds, others.touched)
        require_free(there, plan, self._kinds, others, [pair.old for pair in intent.renames])
        notes += trials.require(missing_roles(connection, made, self._kinds, of_api(server.roles)))
        notes += trials.make((id.name[:2], self._kinds[id.kind].dry_run(id, new)) for id, new in made.items())
        notes += _altered(trials, self._twins(intent, plan, server, there, others.touched))
        Kin(plan, live, there, self.declared, self._kinds).require_fit(others.touched)
        notes += trials.require(missing_platform(connection, made, self._kinds))
        trials.require_unless_changed(self._lacking(connection, urn, plan))
        rows = self._bounds.look(connection, plan, server, self.declared.facts, others.touched)
        awaited = self._announced.writes(urn, plan)
        notes += preview_preconditions(connection, (*plan.preconditions, *rows), self._secrets, awaited=awaited)
        self._announced.announce(urn, plan)
        return tuple(dict.fromkeys(notes))

    def _twins(
        self, intent: Intent, plan: Plan, server: Server, there: Places, touched: Collection[str]
    ) -> Iterator[Twin]:
        # What is called otherwise by then is tried under the name that it has.
        back = Renames(intent.renames, self._kinds).reversed
        former = {delta.id.name[:2]: back.id(delta.id).name[:2] for delta in plan.deltas}
        return twins(plan, server, self._kinds, there.relations, touched, ranks=there.ranks, former=former)

    def _require_parents(self, intent: Intent, plan: Plan, live: Facts) -> None:
        for parent, refusal in missing_parents(intent.declared, live, self._kinds):
            if self._announced.is_complete and not self._comes(plan, parent):
                raise refusal

    def _lacking(self, connection: Connection, urn: str, plan: Plan) -> Iterator[tuple[str, ApplyError]]:
        made = {delta.id: delta.new for delta in plan.deltas if delta.new is not None}
        elsewhere = functools.partial(self.declared.is_made_elsewhere, urn)
        yield from missing_keys(connection, made, self._kinds, elsewhere)
        yield from missing_wholes(connection, made, self._kinds, functools.partial(self._comes, plan))

    def _comes(self, plan: Plan, id: ObjectId) -> bool:
        return id in plan.renamed or any(fact.id == id for fact in self.declared.facts())

    def _expected(self, urn: str, plan: Plan) -> Expected:
        return Expected(lambda: self._announced.coming(urn, plan), lambda: self._announced.is_complete)

    def done(self, urn: str) -> None:
        """Forget what a resource's plan was to do: it was done."""
        self._announced.withdraw(urn)


def _altered(trials: Trials, tried: Iterable[Twin]) -> Iterator[str]:
    end = time.monotonic() + _TRIAL_SECONDS
    for twin in tried:
        if time.monotonic() > end:
            yield f"Not tried within {_TRIAL_SECONDS:.0f} s: {relation_name(twin.name)} and what follows it."
            return
        yield from trials.alter(twin)

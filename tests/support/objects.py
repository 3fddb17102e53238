"""Apply declarations to a database as the provider does, without Pulumi around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from supaschema.core.model import Hazard, Plan
from supaschema.core.secret_texts import Secrets
from supaschema.database.connect import Database
from supaschema.database.settings import Consent, Settings
from supaschema.declarations import Declaration
from supaschema.engine.intent import Intent
from supaschema.engine.ownership import Run
from supaschema.engine.pipeline import Pipeline
from supaschema.kinds.base import Context
from supaschema.provider.known_renames import known_renames
from supaschema.registry import KINDS, RESOURCES
from supaschema.resources.base import Resource


class Objects:
    """The declared objects of one database."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Take the pipeline that writes them."""
        self._pipeline = pipeline
        self._run = Run(KINDS)

    def begin(self) -> None:
        """Become the writer of the database, as the provider does before it changes anything."""
        self._pipeline.begin()

    def apply(self, declared: Declaration, *, named: Declaration | None = None) -> Plan:
        """Make the database hold what is declared, and give what that took; its resource is named as another's."""
        return self._pipeline.apply(self._intent(declared, named), _resource(declared).identify(declared))

    def declare(self, declared: Declaration) -> None:
        """Tell that a resource of the program declares this, and do nothing about it."""
        facts = _resource(declared).facts(declared)
        self._pipeline.foresight.declare(_urn(declared), facts)
        self._run.declare(_urn(declared), (fact.id for fact in facts))
        self._run.ask(_urn(declared), _resource(declared).renames(declared))

    def forget(self, declared: Declaration) -> None:
        """Let nothing be awaited of what a preview of this said."""
        self._pipeline.foresight.done(_urn(declared))

    def preview(self, declared: Declaration, *, named: Declaration | None = None) -> Plan:
        """Return what applying would take."""
        return self._pipeline.preview(self._intent(declared, named))

    def _intent(self, declared: Declaration, named: Declaration | None) -> Intent:
        resource, urn = _resource(declared), _urn(named or declared)
        known = known_renames(resource, urn, declared, declared, (), run=self._run, state=self._pipeline.state)
        return self._pipeline.intent(resource, urn, declared, expected=known)

    def remove(self, declared: Declaration) -> Plan:
        """Put back what was there before."""
        intent = self._pipeline.removal(_urn(declared))
        return self._pipeline.apply(intent, _resource(declared).identify(declared))

    def removal(self, declared: Declaration) -> Plan:
        """Return what removing would take."""
        return self._pipeline.preview(self._pipeline.removal(_urn(declared)))

    def drop_of(self, declared: Declaration) -> bytes:
        """Return the text of the first statement that drops the first object of a declaration."""
        fact = _resource(declared).facts(declared)[0]
        steps = KINDS[fact.id.kind].drop(fact.id, fact.definition, Context(major=self._pipeline.database.server.major))
        return steps.statements[0].text.encode()

    def lifted(self, declared: Declaration) -> Any:
        """Return the inputs that state what is live, as JSON has them."""
        resource = _resource(declared)
        return as_json(resource.lift(self._pipeline.state.live(resource.anchors(declared)), declared))

    def imported(self, declared: Declaration) -> Declaration | None:
        """Return the declaration of the live object with the same id."""
        resource = _resource(declared)
        live = self._pipeline.state.live(resource.anchors(declared))
        found: Declaration | None = resource.imported(resource.identify(declared), live)
        return found


def as_json(inputs: Mapping[str, Any]) -> Any:
    """Return inputs as they cross to Pulumi."""
    return msgspec.json.decode(msgspec.json.encode(inputs))


@contextmanager
def managed(
    url: str,
    *,
    lock_wait_ms: int = Settings.lock_wait_ms,
    expected_roles: tuple[str, ...] = (),
    deployment: int | None = None,
    secret: tuple[str, ...] = (),
    journal_days: int | None = None,
) -> Iterator[Objects]:
    """Connect to a database, with every hazard allowed; as a process of the deployment of this number, if any."""
    secrets = Secrets()
    secrets.add(secret)
    consents = tuple(Consent(hazard) for hazard in Hazard)
    settings = Settings(
        url,
        consents=consents,
        lock_wait_ms=lock_wait_ms,
        expected_roles=expected_roles,
        journal_days=journal_days,
    )
    pipeline = Pipeline(Database(settings, deployment), KINDS, secrets)
    try:
        yield Objects(pipeline)
    finally:
        pipeline.close()


def _resource(declared: Declaration) -> Resource[Any]:
    return RESOURCES[f"supaschema:index:{type(declared).__name__}"]


def _urn(declared: Declaration) -> str:
    name = _resource(declared).identify(declared)
    return f"urn:pulumi:test::objects::supaschema:index:{type(declared).__name__}::{name}"

"""The plans of what leaves the program: Pulumi asks a provider for none of them in a preview."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from typing import Any

from supaschema.core.errors import SupaschemaError
from supaschema.core.model import Definition, Desired, Fact, ObjectId, Plan
from supaschema.core.plan_record import Known, PlanRecord, recorded
from supaschema.core.secret_texts import Secrets
from supaschema.core.urn import Urn, resource_name
from supaschema.database.connect import Database
from supaschema.database.relation_sizes import sizes_of
from supaschema.database.settings import decoded, settings_from
from supaschema.engine.consent import missing_consents, today_utc
from supaschema.engine.intent import Intent, anchors_of
from supaschema.engine.pipeline import Pipeline
from supaschema.provider.compared import compared
from supaschema.provider.incarnations import LEDGER_URN
from supaschema.provider.operations import parse
from supaschema.provider.recording import sealed
from supaschema.registry import KINDS, RESOURCES
from supaschema.review.model import Operation, Problem
from supaschema.review.preview import Preview, Step, in_order

_REMOVING = (Operation.DELETE, Operation.REPLACE)
"""Of what is replaced the old one goes first."""
_STAYING = (Operation.CREATE, Operation.UPDATE)
_TAKEN = ("allowHazards", "expectedRoles", "lockTimeout", "lockWait")
"""The stack's settings that a plan depends on."""


def plans(preview: Preview, database_url: str | None = None) -> tuple[tuple[PlanRecord, ...], tuple[Problem, ...]]:
    """Return the plan of each resource that goes, and what stands in the way of that.

    The database is that of the environment unless it is given, the consents are the stack's.
    """
    gone = {
        str(step.old.get("outputs", {}).get(LEDGER_URN, step.urn)): step.urn
        for step in in_order(preview.steps)
        if step.operation in _REMOVING and step.type in RESOURCES and not step.old.get("retainOnDelete")
    }
    if not gone:
        return (), ()
    given = {} if database_url is None else {"databaseUrl": database_url}
    database = Database(settings_from({**_settings(preview), **given}))
    try:
        return tuple(_plans(Pipeline(database, KINDS, Secrets()), gone, preview)), ()
    except SupaschemaError as error:
        return (), (Problem(urn=None, message=f"What leaves the program cannot be removed: {error}"),)
    finally:
        database.close()


def _plans(pipeline: Pipeline, gone: Mapping[str, str], preview: Preview) -> Iterator[PlanRecord]:
    # What another resource of the program declares is taken over by that one, and stays.
    kept = {fact.id for step in preview.steps for fact in _declared(step)}
    removals = {known: pipeline.removal(known, kept) for known in gone}
    desired: Desired = {id: wanted for removal in removals.values() for id, wanted in removal.desired.items()}
    whole, desired = _whole(pipeline, next(iter(removals.values())), desired, preview)
    consents = pipeline.database.settings.consents
    with pipeline.database.connection() as connection:
        locked = (lock.relation for statement in whole.statements for lock in statement.locks)
        sizes = sizes_of(connection, locked)
    first = next(iter(removals))
    for known, removal in removals.items():
        # What stands aside meanwhile is told with the first of them.
        others = set(desired) - set(removal.desired) if known == first else None
        plan = Plan(
            deltas=tuple(delta for delta in whole.deltas if _is_of(delta.id, removal.desired, others)),
            statements=tuple(item for item in whole.statements if _is_of(item.about, removal.desired, others)),
            preconditions=whole.preconditions if known == first else (),
            notes=whole.notes if known == first else removal.notes,
            vanishing=whole.vanishing,
            eased=whole.eased,
        )
        refused = missing_consents(plan, consents, resource_name(gone[known]), today_utc())
        mine = {lock.relation for statement in plan.statements for lock in statement.locks}
        own = {name: size for name, size in sizes.items() if name in mine}
        masked, hidden = pipeline.secrets.masked, sealed(pipeline, plan)
        told = Known(refused=refused, sizes=own, masked=masked, sealed=hidden, own=desired)
        yield recorded(compared(plan), gone[known], "delete", told)


def _whole(pipeline: Pipeline, first: Intent, desired: Desired, preview: Preview) -> tuple[Plan, Desired]:
    """Return the plan of all that goes, in one: one by one, each would stand in another's way; and what it is for.

    What stands on it may let go of it by then: what else changes comes first in a deployment.
    """
    try:
        return pipeline.preview(replace(first, desired=desired, anchors=anchors_of(desired))), desired
    except SupaschemaError:
        wider = {**_changed(preview), **desired}
        if len(wider) == len(desired):
            raise
        try:
            return pipeline.preview(replace(first, desired=wider, anchors=anchors_of(wider))), wider
        except SupaschemaError:
            # Of the two the first says why what goes cannot go.
            pass
        raise


def _changed(preview: Preview) -> dict[ObjectId, Definition | None]:
    """Return what the resources that stay change, as their plans have it."""
    found: dict[ObjectId, Definition | None] = {}
    for step in preview.steps:
        plan = preview.plans.get(step.urn) if step.operation in _STAYING else None
        facts = {fact.id: fact.definition for fact in _declared(step)} if plan is not None else {}
        for item in plan.differences if plan is not None else ():
            id = ObjectId(item.object.kind, item.object.name)
            if not item.aside and (item.new is None or id in facts):
                found[id] = facts.get(id)
    return found


def _is_of(id: ObjectId | None, own: Container[ObjectId | None], others: Container[ObjectId | None] | None) -> bool:
    return id in own or (others is not None and id not in others)


def _declared(step: Step) -> tuple[Fact, ...]:
    """Return what a resource of the program declares; nothing of one that goes, or holds what is known later."""
    if step.operation is Operation.DELETE or Urn.parse(step.urn).type not in RESOURCES or not step.new:
        return ()
    resource = RESOURCES[step.type]
    try:
        return tuple(resource.facts(parse(resource, step.new.get("inputs", {}))))
    except SupaschemaError:
        return ()


def _settings(preview: Preview) -> dict[str, Any]:
    # The database is the environment's; what is secret is masked in what the engine tells.
    return decoded({key: value for key, value in preview.provider_inputs.items() if key in _TAKEN})

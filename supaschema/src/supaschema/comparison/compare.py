"""Two sides compared: the plan from the one to the other is made as for a preview, and, if asked, run."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import psycopg
from msgspec import structs

from supaschema.comparison import sides
from supaschema.comparison.intent import NAME, URN, Compared, compared
from supaschema.comparison.model import Comparison, verdict_of
from supaschema.comparison.named import Named
from supaschema.comparison.scope import Scope
from supaschema.comparison.sides import Places
from supaschema.core.errors import DeclarationError, OwnershipError, SupaschemaError
from supaschema.core.model import Plan
from supaschema.core.plan_record import Known, PlanRecord, recorded
from supaschema.database.relation_sizes import sizes_of
from supaschema.database.server_errors import server_error
from supaschema.engine.consent import missing_consents, today_utc
from supaschema.engine.intent import Intent
from supaschema.engine.pipeline import Pipeline
from supaschema.ledger import Ledger, identity
from supaschema.provider.compared import compared as compared_for_people
from supaschema.provider.recording import sealed
from supaschema.registry import DEFINITIONS, KINDS


@dataclass(frozen=True)
class Asked:
    """What is to be compared, where, and how much of it."""

    source: Named
    target: Named
    places: Places
    scope: Scope


@dataclass(frozen=True)
class Found:
    """What came of it.

    Attributes:
        comparison: In words and values.
        plan: The plan itself; None: there is none.
        has_ledger: Whether the source's database has a ledger and an archive already.

    """

    comparison: Comparison
    plan: Plan | None
    has_ledger: bool


def found(asked: Asked, *, apply: bool = False) -> Found:
    """Return what makes the source like the target. Nothing is written in either, unless it is to be applied.

    Args:
        asked: What is compared.
        apply: Whether the plan is run as well, by the one writer of the source's database.

    Raises:
        DeclarationError: A side cannot be read, or takes a scratch database, and none is named; or a schema is nowhere.
        PreconditionError: The scratch database is not empty; or rows stand in the way of what is applied.
        ConsentError: A hazard of what is applied is not allowed.
        OwnershipError: A stack has an object that would change.
        SupaschemaError: A side cannot be reached or read; or what is applied is refused or fails.

    """
    with sides.opened(asked.source, asked.target, asked.places, writes=apply) as (pipeline, source, target):
        if missing := asked.scope.missing(source.facts, target.facts):
            what = f"neither side has a schema {', '.join(missing)}."
            raise DeclarationError(what, where="--schema", remedy="Name one that is there.")
        way = compared(source, target, asked.scope)
        plan, refused = (Plan(), None) if way.is_same else _planned(pipeline, way.intent)
        has_ledger = _has_ledger(pipeline)
        is_applied = apply and plan is not None and not plan.empty
        if is_applied and plan is not None:
            plan, refused = _run(pipeline, way.intent, plan), None
        comparison = _told(asked, pipeline, way, plan, refused)
        return Found(_after(comparison) if is_applied else comparison, plan, has_ledger)


def _planned(pipeline: Pipeline, intent: Intent) -> tuple[Plan | None, str | None]:
    """Return the plan, and why it would be refused."""
    try:
        plan = pipeline.preview(intent)
        pipeline.state.owners.require(_of_plan(intent, plan).declared, KINDS)
    except (SupaschemaError, psycopg.Error) as error:
        refused = _words(error)
    else:
        return plan, None
    try:
        return pipeline.plan(intent), refused
    except (SupaschemaError, psycopg.Error) as error:
        return None, _words(error)


def _of_plan(intent: Intent, plan: Plan) -> Intent:
    # What stays as it is, whoever's it is, is nobody's business.
    changed = {delta.id for delta in plan.deltas}
    desired = {id: it for id, it in intent.desired.items() if id in changed}
    declared = {id: it for id, it in intent.declared.items() if id in changed}
    return dataclasses.replace(intent, desired=desired, declared=declared, released=tuple(desired))


def _run(pipeline: Pipeline, intent: Intent, plan: Plan) -> Plan:
    intent, ledger = _of_plan(intent, plan), pipeline.state.ledger()
    # What an earlier run has entered that was broken off is not kept either.
    intent = dataclasses.replace(intent, released=(*dict.fromkeys((*intent.released, *ledger.of(URN))),))
    owners = ledger.owners
    owned = sorted(delta.id for delta in plan.deltas if owners.get(delta.id, URN) != URN)
    if owned:
        what = f"it is declared by {owners[owned[0]]}, and would change."
        remedy = "Nothing was changed. Change the program of that stack, or name the other schemas with --schema."
        raise OwnershipError(what, where=str(owned[0]), remedy=remedy)
    done = pipeline.apply(intent, NAME)
    with pipeline.database.connection() as connection:
        Ledger(DEFINITIONS).drop_if_unused(connection)
    return done


def _told(asked: Asked, pipeline: Pipeline, way: Compared, plan: Plan | None, refused: str | None) -> Comparison:
    differs = bool(way.lone) or (plan is not None and bool(plan.deltas or plan.statements))
    unknown = bool(way.untold) or plan is None
    masked = pipeline.secrets.masked
    return Comparison(
        source=asked.source.label,
        target=asked.target.label,
        schemas=asked.scope.schemas,
        verdict=verdict_of(differs=differs, untold=unknown),
        plan=None if plan is None else _record(pipeline, plan, way.intent),
        refused=None if refused is None else masked(refused),
        lone=way.lone,
        untold=way.untold,
    )


def _record(pipeline: Pipeline, plan: Plan, intent: Intent) -> PlanRecord:
    with pipeline.database.connection() as connection:
        sizes = sizes_of(connection, (lock.relation for statement in plan.statements for lock in statement.locks))
    known = Known(
        refused=missing_consents(plan, pipeline.database.settings.consents, NAME, today_utc()),
        sizes=sizes,
        masked=pipeline.secrets.masked,
        sealed=sealed(pipeline, plan),
        own=intent.desired,
    )
    return recorded(compared_for_people(plan), URN, "update", known)


def _has_ledger(pipeline: Pipeline) -> bool:
    with pipeline.database.connection() as connection:
        return identity.exists(connection)


def _after(comparison: Comparison) -> Comparison:
    verdict = verdict_of(differs=bool(comparison.lone), untold=bool(comparison.untold))
    return structs.replace(comparison, applied=True, verdict=verdict)


def _words(error: SupaschemaError | psycopg.Error) -> str:
    return str(error if isinstance(error, SupaschemaError) else server_error(error))

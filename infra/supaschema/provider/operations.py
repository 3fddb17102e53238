"""The provider's verbs on plain values: what each does, apart from the protocol. Blocking; run in threads."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from supaschema.connect import Database
from supaschema.declarations import Declaration
from supaschema.errors import DeclarationError, OwnershipError, PartialError
from supaschema.hazards import missing_consents, today_utc
from supaschema.inputs import Change, changes, merge
from supaschema.model import Facts
from supaschema.pipeline import Anchors, Pipeline
from supaschema.provider.report import describe
from supaschema.registry import KINDS
from supaschema.resource import Resource
from supaschema.settings import Settings

LEDGER_URN = "ledgerUrn"
"""Output that holds the URN under which the ledger knows the resource: an alias may have given it another since."""

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """What `Diff` answers."""

    properties: Mapping[str, Change] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    something: bool = False


@dataclass(frozen=True)
class Made:
    """What `Create` answers."""

    id: str
    outputs: Inputs
    warnings: tuple[str, ...] = ()


class Partial(Exception):
    """Some steps were applied; `outputs` is what the state should hold, so that the next plan does only the rest."""

    def __init__(self, made: Made, inputs: Inputs, reason: str) -> None:
        """Take what was made, the inputs that state it, and why the rest failed."""
        self.made = made
        self.inputs = inputs
        super().__init__(reason)


class Operations:
    """The verbs, against one database."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; connect at the first verb that needs it."""
        self.settings = settings
        self.pipeline = Pipeline(Database(settings), KINDS)
        self._destroying = True
        self._first_delete = threading.Lock()

    def declaring(self) -> None:
        """Note that a program runs: a delete is one of its changes, not the beginning of a destroy."""
        self._destroying = False

    def diff(
        self, resource: Resource[Any], urn: str, olds: Inputs, old_inputs: Inputs, news: Inputs, *, id: str
    ) -> Difference:
        """Compare the new inputs with the database, and word the answer as properties."""
        urn = olds.get(LEDGER_URN, urn)
        declared = parse(resource, news)
        before = parse(resource, old_inputs)
        # A refresh may have put into the old inputs what names another object; an import, an id in other words.
        if resource.identify(declared) not in (id, resource.identify(before)):
            paths = dict(changes(old_inputs, news))
            return Difference(paths, tuple(paths), something=True)
        intent = self.pipeline.intent(resource, urn, declared)
        plan = self.pipeline.preview(intent)
        if plan.empty:
            # What was imported is not in the ledger yet: an update that runs no statement enters it.
            return Difference(something=not self.pipeline.ledger().of(urn).keys() >= intent.declared.keys())
        current = self._current(resource, urn, before, intent.anchors)
        paths = dict(changes(current, declared.to_inputs()))
        return Difference(paths, something=True)

    def preview(self, resource: Resource[Any], urn: str, olds: Inputs, news: Inputs) -> str:
        """Give the report of what a create or update would run."""
        intent = self.pipeline.intent(resource, olds.get(LEDGER_URN, urn), parse(resource, news))
        plan = self.pipeline.preview(intent)
        missing = missing_consents(plan, self.settings.consents, resource_name(urn), today_utc())
        return describe(plan, missing)

    def create(self, resource: Resource[Any], urn: str, news: Inputs) -> Made:
        """Make the object, or adopt what is there."""
        declared = parse(resource, news)
        self.pipeline.begin()
        self._refuse_taken_name(resource, urn, declared)
        made = Made(resource.identify(declared), outputs(news, urn))
        return self._apply(resource, urn, declared, made, resource_name(urn))

    def update(self, resource: Resource[Any], urn: str, olds: Inputs, news: Inputs) -> Made:
        """Turn the object into what is declared."""
        known = olds.get(LEDGER_URN, urn)
        declared = parse(resource, news)
        self.pipeline.begin()
        made = Made(resource.identify(declared), outputs(news, known))
        return self._apply(resource, known, declared, made, resource_name(urn))

    def delete(self, urn: str, olds: Inputs) -> tuple[str, ...]:
        """Put back what was there before, and give warnings; objects that another resource owns stay."""
        self.pipeline.begin()
        name, urn = resource_name(urn), olds.get(LEDGER_URN, urn)
        with self._first_delete:
            if self._destroying:
                # The engine deletes one resource after another; rows that would stop a later one must stop the first.
                self.pipeline.check_removal_of_stack(urn)
                self._destroying = False
        intent = self.pipeline.removal(urn)
        return self.pipeline.apply(intent, name).notes

    def read(
        self, resource: Resource[Any], urn: str, id: str, olds: Inputs, inputs: Inputs
    ) -> tuple[Inputs, Inputs] | None:
        """Give (inputs, outputs) as the database has them; None: there is no such object."""
        if not inputs:
            found = resource.imported(id, self.pipeline.everything())
            return None if found is None else (found.to_inputs(), outputs(found.to_inputs(), urn))
        urn = olds.get(LEDGER_URN, urn)
        declared = parse(resource, inputs)
        intent = self.pipeline.intent(resource, urn, declared)
        live = self.pipeline.live(intent.anchors)
        if intent.declared and not any(id in live for id in intent.declared):
            return None
        current = self._current(resource, urn, declared, intent.anchors)
        return current, outputs(current, urn)

    def _refuse_taken_name(self, resource: Resource[Any], urn: str, declared: Declaration) -> None:
        # A resource renamed with an alias stays in the ledger under its first name. What is recorded there is not this
        # one's, and must not go because this one does not declare it.
        own = self.pipeline.ledger().of(urn)
        if own and not any(fact.id in own for fact in resource.facts(declared)):
            raise OwnershipError(
                f"the ledger knows {', '.join(map(str, own))} by this resource's name.",
                where=resource_name(urn),
                remedy="Give this resource another name: one that was renamed with an alias keeps its first there.",
            )

    def _apply(self, resource: Resource[Any], urn: str, declared: Declaration, made: Made, name: str) -> Made:
        intent = self.pipeline.intent(resource, urn, declared)
        try:
            applied = self.pipeline.apply(intent, name)
        except PartialError as error:
            raise Partial(made, declared.to_inputs(), str(error)) from error
        return replace(made, warnings=applied.notes)

    def _current(self, resource: Resource[Any], urn: str, declared: Declaration, anchors: Anchors) -> Inputs:
        ledger = self.pipeline.ledger()
        entries = ledger.of(urn)
        # What another resource owns is that one's to show.
        live: Facts = {
            id: item for id, item in self.pipeline.live(anchors).items() if ledger.owners.get(id, urn) == urn
        }
        recorded = {id: entry.spelling for id, entry in entries.items() if entry.spelling is not None}
        inputs = declared.to_inputs()
        if not recorded:
            return inputs
        # Both sides in the order of the live catalog, which is what people read.
        ordered = {
            id: recorded[id]
            for id in [*(id for id in live if id in recorded), *(id for id in recorded if id not in live)]
        }
        merged: Inputs = merge(inputs, dict(resource.lift(ordered, declared)), dict(resource.lift(live, declared)))
        return merged


def parse(resource: Resource[Any], inputs: Inputs) -> Declaration:
    """Read inputs as the resource's declaration.

    Raises:
        DeclarationError: They are none; `field` names the property.

    """
    try:
        declared: Declaration = msgspec.convert(inputs, resource.declaration)
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at ")
        remedy = f"See the properties of {resource.declaration.__name__}."
        raise DeclarationError(
            f"{text}.", field=place.strip("`").removeprefix("$").lstrip("."), remedy=remedy
        ) from None
    return declared


def outputs(inputs: Inputs, urn: str) -> Inputs:
    """Give the outputs of a resource: its inputs, and its name in the ledger."""
    return {**inputs, LEDGER_URN: urn}


def resource_name(urn: str) -> str:
    """Give the resource's name in the stack."""
    return urn.rsplit("::", 1)[-1]

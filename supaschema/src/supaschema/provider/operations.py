"""The provider's verbs on plain values: what each does, apart from the protocol. Blocking; run in threads."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import msgspec
import psycopg

from supaschema.core.errors import ApplyError, DeclarationError, PartialApplyError, SupaschemaError
from supaschema.core.model import Fact, Hazard, ObjectId, Plan
from supaschema.core.printable import line
from supaschema.core.secret_texts import Secrets
from supaschema.core.urn import resource_name
from supaschema.database.connect import Database
from supaschema.database.server_errors import line_of, server_error
from supaschema.database.settings import Settings
from supaschema.declarations import Declaration
from supaschema.engine import coverage, ownership
from supaschema.engine.consent import missing_consents, today_utc
from supaschema.engine.diff import texts
from supaschema.engine.intent import Anchors, Intent
from supaschema.engine.pipeline import Pipeline
from supaschema.engine.renames import Renames
from supaschema.ledger import journal
from supaschema.ledger.hashes import is_current
from supaschema.lint.identifiers import schema_problem
from supaschema.lint.temporary import temporary_problem
from supaschema.provider.incarnations import (
    LEDGER_URN,
    REPLACED,
    STAYS,
    TAKEN_OVER,
    generation_of,
)
from supaschema.provider.known_renames import declared_again, known_renames, refuse_renamed_away
from supaschema.provider.outputs import inputs_of, outputs
from supaschema.provider.policy_circles import PolicyCircles
from supaschema.provider.property_diff import changes, merge
from supaschema.provider.recording import record
from supaschema.provider.report import describe
from supaschema.provider.results import CreateResult, DiffResult, PartiallyApplied, Remarks
from supaschema.registry import KINDS
from supaschema.resources.base import Resource

_ENTERED = "The ledger takes it on as this version of the provider writes it."
_RENAMED = "The ledger takes on the resource's new name."
_OF_A_DESTROY = (Hazard.TAKES_DATA_OUT_OF_USE, Hazard.CORRECTNESS)
"""What a destroy is its own consent to: what holds something goes, and what of others reads it fails."""

Inputs = dict[str, Any]


class Operations:
    """The verbs, against one database."""

    def __init__(self, settings: Settings, secrets: Secrets | None = None, deployment: int | None = None) -> None:
        """Take the settings, what is secret, and the deployment's number; connect at the first verb that needs it."""
        self.settings = settings
        self.pipeline = Pipeline(Database(settings, deployment), KINDS, secrets)
        self._destroying = True
        self._unchecked = True
        self._run = ownership.Run(KINDS)
        state = self.pipeline.state
        self._circles = PolicyCircles(
            lambda table: state.live(frozenset({table})), lambda id: id in state.ledger().owners
        )
        self._first_delete = threading.Lock()
        self._replaced: set[str] = set()
        self._diffed: dict[str, tuple[Inputs, Plan]] = {}
        """By URN what `diff` compared, and the plan that the update's preview is to word."""
        self._told: set[str] = set()
        self._let_through: dict[str, Sequence[str]] = {}

    def declaring(self) -> None:
        """Note that a program declares: a delete is one of its changes, not the beginning of a destroy."""
        self._destroying = self._unchecked = False

    def running_a_program(self) -> None:
        """Note that a program runs, whatever it declares: a delete is no consent to what it takes out of use."""
        self._destroying = False

    def undetermined(self, urn: str) -> None:
        """Note that a resource declares what is known only once another is deployed."""
        self.pipeline.foresight.declare(urn, None)

    def let_through(self, urn: str, sentences: Sequence[str]) -> None:
        """Note what a resource's declaration was let through in spite of: reports tell it."""
        self._let_through[urn] = sentences

    def declared_twice(self, resource: Resource[Any], urn: str, declared: Declaration) -> tuple[DeclarationError, ...]:
        """Take note of what a resource declares; return what another one declares too, or names that will not do."""
        facts = resource.facts(declared)
        self.pipeline.foresight.declare(urn, facts)
        self._circles.declare(facts)
        # Whoever sees that it has told takes what it declares for all of it.
        twice = self._run.declare(urn, (fact.id for fact in facts))
        swapped = self._run.ask(urn, resource.renames(declared))
        outside = schema_problem(fact.id for fact in facts)
        passing = temporary_problem((fact.id, text) for fact in facts for text in _texts(fact))
        return tuple(refused for refused in (swapped, twice, outside, passing) if refused is not None)

    def diff(
        self, resource: Resource[Any], urn: str, olds: Inputs, old_inputs: Inputs, news: Inputs, *, id: str
    ) -> DiffResult:
        """Compare the new inputs with the database, and word the answer as properties."""
        declared = parse(resource, news)
        before = declared if old_inputs == news else parse(resource, old_inputs)
        # A refresh may have put into the old inputs what names another object; an import, an id in other words.
        earlier = {line(id), line(resource.identify(before))}
        same = not earlier.isdisjoint(map(line, (resource.identify(declared), *resource.former(declared))))
        if not same and not self._is_renamed(resource, urn, olds, declared, before):
            self._replaced.add(urn)
            paths = dict(changes(old_inputs, news))
            return DiffResult(paths, tuple(paths), changed=True)
        intent = self._intent(resource, urn, olds, declared, before, looking=True)
        try:
            with _located(resource, declared):
                plan = self.pipeline.preview(intent)
                if not plan.empty:
                    self._circles.refuse(resource.facts(declared))
        except ApplyError:
            # A refresh asks of what the state has: a text of it may name what is called otherwise by now.
            if old_inputs != news or self._run.has_told(urn):
                raise
            return DiffResult({}, changed=False)
        if plan.empty:
            # What was imported is not in the ledger yet, nor a new name: an update that runs no statement enters them.
            entered = self._is_entered(intent) and generation_of(olds) == intent.generation
            # Nor may the state go on saying what was called otherwise before a rename that the server carried through.
            whole = bool(self._run.expected(urn))
            was, now = (inputs if whole else resource.option_inputs(inputs) for inputs in (old_inputs, news))
            paths = dict(changes(was, now))
            whole = entered and intent.new_urn is None and not self.pipeline.journal_is_due(urn)
            return DiffResult(paths, changed=not whole or bool(paths))
        self._diffed[urn] = news, plan
        current = self._current(resource, intent.urn, before, intent.anchors)
        paths = dict(changes(current, declared.to_inputs()))
        return DiffResult(paths, changed=True)

    def remarks(self, resource: Resource[Any], inputs: Inputs, *, looking: bool = True) -> Remarks:
        """Return what was not told yet by this process of a resource's relations; what is hung on them if `looking`."""
        if not inputs:
            return Remarks()
        anchors, state = resource.anchors(parse(resource, inputs)), self.pipeline.state
        hung = self._news(state.hung(anchors)) if looking else ()
        unmodelled = self._news(state.unmodelled(anchors))
        return Remarks(
            tuple(f"{text}: it runs with the rights of whoever fires it." for text in hung),
            coverage.worded(unmodelled) if unmodelled else None,
        )

    def _news(self, texts: Iterable[str]) -> list[str]:
        # What was not told yet by this process.
        found = [text for text in texts if text not in self._told]
        self._told.update(found)
        return found

    def preview(self, resource: Resource[Any], urn: str, olds: Inputs | None, news: Inputs) -> str:
        """Return the report of what an update would run, or a create: it has no `olds`."""
        declared = parse(resource, news)
        if olds is None and urn not in self._replaced:
            self._refuse_taken_name(resource, urn, declared)
        intent = self._intent(resource, urn, olds or {}, declared, looking=True)
        compared, plan = self._diffed.pop(urn, (None, None))
        if plan is None or compared != news:
            with _located(resource, declared):
                plan = self.pipeline.preview(intent)
                self._circles.refuse(resource.facts(declared))
        self._run.refuse_dropped_first(urn, intent)
        plan = replace(plan, notes=(*plan.notes, *self._notes(urn, olds, intent)))
        missing = missing_consents(plan, self.settings.consents, resource_name(urn), today_utc())
        verb = "create" if olds is None else "update"
        told = replace(plan, notes=(*plan.notes, *self._let_through.get(urn, ())))
        record(self.pipeline, urn, verb, told, refused=missing, intent=intent)
        return describe(plan, missing, self.pipeline.secrets.masked)

    def create(self, resource: Resource[Any], urn: str, news: Inputs) -> CreateResult:
        """Make the object, or adopt it where it exists."""
        declared = parse(resource, news)
        self.pipeline.begin()
        self._refuse_taken_name(resource, urn, declared)
        intent = self._intent(resource, urn, {}, declared)
        intent = replace(intent, generation=self.pipeline.state.ledger().next_generation)
        return self._apply(intent, resource, declared, news, resource_name(urn))

    def update(self, resource: Resource[Any], urn: str, olds: Inputs, news: Inputs) -> CreateResult:
        """Turn the object into what is declared."""
        declared = parse(resource, news)
        self.pipeline.begin()
        intent = self._intent(resource, urn, olds, declared)
        self._before_removal(resource, urn, olds, intent)
        return self._apply(intent, resource, declared, news, resource_name(urn))

    def delete(self, resource: Resource[Any], urn: str, olds: Inputs) -> tuple[str, ...]:
        """Put back what was there before, and give warnings; objects that another resource owns stay."""
        self.pipeline.begin()
        known = self._known(resource, urn, olds)
        ledger = self.pipeline.state.ledger()
        if generation_of(olds) < ledger.generation(known):
            return (REPLACED,)
        # What the program of this run declares under this name is about to be made again: it stays.
        kept = declared_again(urn, known, self._run, self.pipeline.state)
        with self._first_delete:
            if self._unchecked:
                # The engine deletes one resource after another; rows that would stop a later one must stop the first.
                self.pipeline.check_removal_of_stack(urn, known)
                self._unchecked = False
        removal = self.pipeline.removal(known, kept | self._run.elsewhere(urn, ledger.of(known)))
        if self._destroying:
            removal = replace(removal, allowed=_OF_A_DESTROY)
        with _located(resource, _before(resource, olds)):
            self._before_removal(resource, urn, olds, removal)
            plan = self.pipeline.apply(removal, resource_name(urn))
        taken = plan.sentences(*removal.allowed)
        return (*plan.notes, *taken, STAYS) if kept else (*plan.notes, *taken)

    def read(
        self, resource: Resource[Any], urn: str, id: str, olds: Inputs, inputs: Inputs
    ) -> tuple[Inputs, Inputs] | None:
        """Return (inputs, outputs) as the database has them; None: there is no such object."""
        if not inputs:
            found = resource.imported(id, self.pipeline.state.everything(of_server=True))
            made = self.pipeline.state.ledger().generation(urn)
            if found is None:
                return None
            return found.to_inputs(), outputs(resource.declaration, found.to_inputs(), urn, made)
        urn = self._known(resource, urn, olds)
        declared = parse(resource, inputs)
        intent = self.pipeline.intent(resource, urn, declared)
        if intent.declared and not self.pipeline.state.has_any(intent.declared):
            return None
        current = self._current(resource, urn, declared, intent.anchors)
        # As the state has it: of two that have one name, only one is what the ledger knows.
        return current, outputs(resource.declaration, current, urn, generation_of(olds))

    def _is_renamed(
        self, resource: Resource[Any], urn: str, olds: Inputs, declared: Declaration, before: Declaration
    ) -> bool:
        # What it has is called as is declared now, or will be: where its table was renamed, say.
        known = self._known(resource, urn, olds)
        own = self.pipeline.state.ledger().of(known)
        expected = known_renames(
            resource, known, before, declared, self._run.expected(urn), run=self._run, state=self.pipeline.state
        )
        pairs = (*expected, *resource.renames(declared))
        return not {fact.id for fact in resource.facts(declared)}.isdisjoint(Renames(pairs, KINDS).ids(own))

    def _is_entered(self, intent: Intent) -> bool:
        # All that is declared is in the ledger, as this version of it writes that, and nothing that was to go.
        own, live = self.pipeline.state.ledger().of(intent.urn), self.pipeline.state.live(intent.anchors)
        recorded = all(id in own and own[id].records(item, live.get(id)) for id, item in intent.declared.items())
        return recorded and not intent.released and not self._is_outdated(intent)

    def _is_outdated(self, intent: Intent) -> bool:
        own = self.pipeline.state.ledger().of(intent.urn)
        return any(id in own and not is_current(own[id].declared_hash, item) for id, item in intent.declared.items())

    def _notes(self, urn: str, olds: Inputs | None, intent: Intent) -> Iterator[str]:
        if intent.new_urn is not None:
            yield _RENAMED
        if olds is None and intent.declared.keys() & self.pipeline.state.ledger().of(urn).keys():
            yield TAKEN_OVER
        if self._is_outdated(intent):
            yield _ENTERED
        if self.pipeline.journal_is_due(urn):
            yield journal.DUE
        yield from ownership.notes(intent)
        yield from ownership.forgotten(intent, self.pipeline.state.live(intent.anchors))

    def _before_removal(self, resource: Resource[Any], urn: str, olds: Inputs, intent: Intent) -> None:
        # What is to go as a whole, and was not there before the resource.
        going = {id for id, wanted in intent.desired.items() if wanted is None}
        if not going:
            return
        for part, item in resource.parts(_before(resource, olds)):
            if all(fact.id in going for fact in part.facts(item)):
                if part.destroys_ahead(item):
                    self.pipeline.require_consent(intent, resource_name(urn))
                part.before_removal(item, self.pipeline.database)

    def _known(self, resource: Resource[Any], urn: str, olds: Inputs) -> str:
        def former() -> list[ObjectId]:
            return [fact.id for fact in resource.facts(_before(resource, olds))]

        return ownership.known_as(urn, olds.get(LEDGER_URN, urn), self.pipeline.state.ledger(), former)

    def _intent(
        self,
        resource: Resource[Any],
        urn: str,
        olds: Inputs,
        declared: Declaration,
        before: Declaration | None = None,
        *,
        looking: bool = False,
    ) -> Intent:
        known = self._known(resource, urn, olds)
        own = self.pipeline.state.ledger().of(known)
        before = before or (_before(resource, olds) if olds else declared)
        others, state = self._run.expected(urn) if looking else (), self.pipeline.state
        if olds:
            refuse_renamed_away(resource, known, before, declared, run=self._run, state=state)
        expected = known_renames(resource, known, before, declared, others, run=self._run, state=state)
        intent = self.pipeline.intent(resource, known, declared, self._run.elsewhere(urn, own), expected)
        self._run.note(urn, intent, own)
        self._run.refuse_still_declared(urn, intent)
        # Of one that has no object left only its state tells the generation.
        intent = replace(intent, generation=intent.generation or generation_of(olds))
        # While another resource's objects stand under the new name, the ledger keeps the two apart by the old one.
        free = known != urn and not self.pipeline.state.ledger().of(urn)
        return replace(intent, new_urn=urn) if free else intent

    def _refuse_taken_name(self, resource: Resource[Any], urn: str, declared: Declaration) -> None:
        own = self.pipeline.state.ledger().of(urn)
        back = known_renames(resource, urn, declared, declared, (), run=self._run, state=self.pipeline.state)
        called = Renames((*resource.renames(declared), *back), KINDS).ids(own)
        ownership.require_free_name(urn, own, called, (fact.id for fact in resource.facts(declared)))

    def _apply(
        self, intent: Intent, resource: Resource[Any], declared: Declaration, news: Inputs, name: str
    ) -> CreateResult:
        # The engine shows an id as it is.
        told = outputs(resource.declaration, news, intent.ledger_urn, intent.generation)
        made = CreateResult(line(resource.identify(declared)), told)
        try:
            with _located(resource, declared):
                applied = self.pipeline.apply(intent, name)
        except PartialApplyError as error:
            raise PartiallyApplied(made, declared.to_inputs(), error) from error
        return replace(made, warnings=applied.notes)

    def _current(self, resource: Resource[Any], urn: str, declared: Declaration, anchors: Anchors) -> Inputs:
        ledger = self.pipeline.state.ledger()
        entries = ledger.of(urn)
        live = ownership.not_anothers(self.pipeline.state.live(anchors), urn, ledger.owners)
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


@contextmanager
def _located(resource: Resource[Any], declared: Declaration) -> Iterator[None]:
    """Say of what goes wrong which object it was, and which line of which file."""
    id = resource.identify(declared)
    try:
        yield
    except psycopg.Error as error:
        located = server_error(error)
        located.where = id
        raise located from None
    except SupaschemaError as error:
        error.where = error.where or id
        if isinstance(error, ApplyError):
            for part, item in resource.parts(declared):
                text = getattr(item, "body", None) or getattr(item, "query", None) or ""
                line = line_of(error, text.strip().rstrip(";").rstrip())
                file = getattr(item, "file", None)
                if line is not None:
                    error.where = f"{file}:{line}" if file else f"{part.identify(item)}, line {line}"
        raise


def parse(resource: Resource[Any], inputs: Inputs) -> Declaration:
    """Read inputs as the resource's declaration.

    Raises:
        DeclarationError: They are none; `field` names the property.

    """
    try:
        declared: Declaration = resource.parsed(inputs)
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at ")
        remedy = f"See the properties of {resource.declaration.__name__}."
        raise DeclarationError(
            f"{text}.", field=place.strip("`").removeprefix("$").lstrip("."), remedy=remedy
        ) from None
    return declared


def _before(resource: Resource[Any], olds: Inputs) -> Declaration:
    return parse(resource, inputs_of(olds))


def _texts(fact: Fact) -> Iterator[str]:
    yield from texts(KINDS[fact.id.kind], fact.id, fact.definition).values()

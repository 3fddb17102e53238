"""The pipeline, end to end: declaration -> desired facts -> diff -> plan -> execution -> record."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Collection, Container, Iterable
from contextlib import nullcontext
from typing import Any

from supaschema.core.errors import ApplyError, DependencyError, OwnershipError, PreconditionError
from supaschema.core.model import Definition, Fact, Facts, ObjectId, Plan
from supaschema.core.renames import Rename
from supaschema.core.secret_texts import Secrets
from supaschema.database import fired
from supaschema.database.connect import Connection, Database, warnings_of
from supaschema.declarations import Declaration
from supaschema.engine import archived, recomputed, role_owners, strange_literals, usual_classes, ways_back
from supaschema.engine.anchor_locks import AnchorLocks
from supaschema.engine.consent import require_consent
from supaschema.engine.database_state import DatabaseState
from supaschema.engine.diff import Kinds
from supaschema.engine.entries import enter, follow
from supaschema.engine.execute import Executor
from supaschema.engine.foresight import Foresight
from supaschema.engine.former_names import in_archive
from supaschema.engine.intent import Anchors, Intent, anchors_of, desired_of
from supaschema.engine.ledger_of import ledger_of
from supaschema.engine.leftovers import leftovers
from supaschema.engine.ownership import taken_over, undeclared, without_moved
from supaschema.engine.planner import Known, planned
from supaschema.engine.preconditions import check_preconditions
from supaschema.engine.renamed_by_hand import by_hand, told
from supaschema.engine.renames import Renames, of_declaration
from supaschema.engine.requirements import missing
from supaschema.ledger.journal import Journal
from supaschema.ledger.lock import DeploymentLock
from supaschema.ledger.renamed import write_labels
from supaschema.resources.base import Resource

_NOT_KNOWN = "what it was before held a secret, of which the ledger keeps a hash."
_WHOLE_STACK = (
    "A destroy is checked as a whole before its first statement. To remove only some resources while these stay, "
    "take them out of the program and run `pulumi up`."
)


class Pipeline:
    """Runs declarations against one database. Safe to use from several threads."""

    def __init__(self, database: Database, kinds: Kinds, secrets: Secrets | None = None) -> None:
        """Take the database, the registry of kinds, and what is secret as far as this process was told."""
        self.database = database
        self._kinds = kinds
        self.secrets = secrets or Secrets()
        self._ledger_store = ledger_of(kinds, self.secrets)
        self.state = DatabaseState(database, kinds, self.secrets, self._ledger_store)
        self._journal = Journal(database.settings.journal_days)
        self._guard = DeploymentLock(database)
        self._beginning = threading.Lock()
        self.foresight = Foresight(kinds, self.secrets, database.settings.expected_roles)
        self._anchor_locks = AnchorLocks()

    def begin(self) -> None:
        """Become the one writer of the database; what was read before that is read again.

        Raises:
            LockWaitError: Another deployment is writing.

        """
        # Nobody goes on with what was read before: whoever comes second waits until it is marked as old.
        with self._beginning:
            if self._guard.hold():
                self.state.is_outdated()

    def intent(
        self,
        resource: Resource[Any],
        urn: str,
        declared: Declaration,
        elsewhere: Collection[ObjectId] = (),
        expected: Iterable[Rename] = (),
    ) -> Intent:
        """Work out what a declaration wants, after the `expected` renames; what is declared elsewhere is left alone.

        Raises:
            OwnershipError: Another resource declares one of the objects, or another role owns what it would build upon.

        """
        ledger = self.state.ledger()
        facts, notes = self._stated(resource.facts(declared))
        asked = (*expected, *resource.renames(declared))
        anchors = Renames(asked, self._kinds).anchors_before(self._anchors(resource, urn, declared))
        live = self.state.live(anchors)
        renames = self._renames(asked, urn, facts, live)
        ledger, live = renames.ledger(self.state.ledger()), renames.facts(live)
        self._require_trusted(renames, facts, live)
        taken = taken_over(facts, urn, ledger.owners, renames.renamed_here(facts))
        generation = ledger.generation(urn)
        ledger = ledger.taken_over(taken, urn)
        own = dict(ledger.of(urn))
        merged = resource.merged(declared, live, self.state.live)
        left = {id for id in own if id not in facts and (id in elsewhere or resource.hands_over(declared, id))}
        own = {id: entry for id, entry in own.items() if id not in left and id not in merged}
        self.state.require_visible((*facts, *own))
        before = {id: entry.before for id, entry in own.items() if entry.before is not None}
        exclusive = resource.exclusive_objects(declared, {**before, **live})
        gone = dict.fromkeys(id for id in undeclared(exclusive, facts, own, ledger.owners) if id not in merged)
        gone |= dict.fromkeys(leftovers(facts, live.keys(), ledger.owners))
        desired, released = desired_of(facts, gone, before, own)
        released += tuple(sorted(merged & ledger.of(urn).keys()))
        notes += in_archive(asked, facts, live, self.state.ledger(), renames)
        notes += (*ways_back.told(renames), *told(self.state.by_hand, facts))
        found = Intent(urn, desired, facts, released, anchors, notes, generation=generation, taken=taken)
        return dataclasses.replace(found, renames=renames.pairs)

    def _require_trusted(self, renames: Renames, facts: Facts, live: Facts) -> None:
        self.state.owners.require(renames.before_and_after(facts), self._kinds)
        usual_classes.require_kept(self.state.owners, facts, live)

    def _renames(self, asked: Collection[Rename], urn: str, facts: Facts, live: Facts) -> Renames:
        # From now on the ledger is known as it is after what somebody renamed by hand.
        done = by_hand(asked, urn, facts, live, self.state.ledger(), kinds=self._kinds)
        ledger, server = self.state.followed(done), self.database.server
        return of_declaration(asked, urn, facts, live, ledger, done=done, major=server.major)

    def _anchors(self, resource: Resource[Any], urn: str, declared: Declaration) -> Anchors:
        beside = resource.beside(declared, self.state.everything)
        return resource.anchors(declared) | beside | anchors_of(self.state.ledger().of(urn))

    def _stated(self, facts: Iterable[Fact]) -> tuple[dict[ObjectId, Definition], tuple[str, ...]]:
        # What this database can do without is left out, and told.
        stated = {fact.id: fact.definition for fact in facts}
        kept = {id: definition for id, definition in stated.items() if not self.state.is_done_without(id, definition)}
        left_out = [(id, self._kinds[id.kind].requires) for id in stated if id not in kept]
        return kept, tuple(f"{id} is left out: this database does not have {what}." for id, what in left_out)

    def removal(self, urn: str, kept: Container[ObjectId] = ()) -> Intent:
        """Work out what removing a resource wants: each of its objects as it was before, but for those that stay."""
        own = self.state.ledger().of(urn)
        desired = {id: entry.before for id, entry in own.items() if id not in kept}
        live = self.state.live(anchors_of(desired))
        desired |= dict.fromkeys(leftovers(desired, live.keys(), self.state.recorded.owners))
        notes = tuple(f"{id} is not put back in full: {_NOT_KNOWN}" for id, entry in own.items() if entry.kept)
        generation = self.state.ledger().generation(urn)
        return Intent(urn, desired, {}, tuple(desired), anchors_of(desired), notes, generation=generation)

    def check_removal_of_stack(self, *urns: str) -> None:
        """Refuse if rows, or objects that others made, stand in the way of removing any resource of a stack.

        Args:
            urns: The URN of one of the stack's resources, and the one by which the ledger knows it.

        Raises:
            PreconditionError: Naming the rows.
            DependencyError: Naming the object.
            OwnershipError: Naming what belongs to another role, and would run.

        """
        entries = {id: entry for urn in urns for id, entry in self.state.ledger().of_stack(urn).items()}
        desired = {id: entry.before for id, entry in entries.items()}
        intent = Intent(urns[0], desired, {}, (), anchors_of(entries))
        live = self.state.live(intent.anchors)
        with self.database.connection() as connection:
            try:
                plan = self._plan(connection, intent, live)
                self._require_own(connection, plan, live)
                check_preconditions(connection, plan.preconditions, self.secrets)
            except (DependencyError, OwnershipError, PreconditionError) as error:
                what = f"{error.what} {_WHOLE_STACK}"
                raise type(error)(what, where=error.where, remedy=error.remedy) from None

    def plan(self, intent: Intent) -> Plan:
        """Plan against the facts as they were read, without a look at what the plan may be refused for."""
        live = self.state.live(intent.anchors)
        with self.database.connection() as connection:
            return self._plan(connection, intent, live)

    def preview(self, intent: Intent) -> Plan:
        """Plan against the facts as they were read; changes nothing.

        Raises:
            ApplyError: A text of what is to be made is no SQL.
            PreconditionError: Rows stand in the way.

        """
        live = self.state.live(intent.anchors)
        with self.database.connection() as connection:
            plan = self._plan(connection, intent, live)
            self._require_own(connection, plan, live)
            notes = self.foresight.look(connection, intent, plan, live, self.database.server)
            return dataclasses.replace(plan, notes=(*plan.notes, *notes))

    def require_consent(self, intent: Intent, resource_name: str) -> None:
        """Refuse what `apply` would, where something is to be done outside of the database first.

        Raises:
            ConsentError: A hazard is not allowed.

        """
        require_consent(self.preview(intent), self.database.settings.consents, resource_name, intent.allowed)

    def apply(self, intent: Intent, resource_name: str) -> Plan:
        """Plan against what is live this moment, and run it; the plan's notes hold the server's warnings too.

        Raises:
            ConsentError: A hazard is not allowed.
            PreconditionError: Rows stand in the way.
            ApplyError: A statement failed.

        """
        if not intent.desired:
            return Plan(notes=intent.notes)
        intent = self._with_dependents(intent)
        with self._anchor_locks.held(intent.anchors), self.database.connection() as connection:
            intent = without_moved(intent, Renames(intent.renames, self._kinds).ids(self.state.recorded.owners))
            self._require_grounds(intent)
            self._ledger_store.install(connection, self.database.server)
            told = self._journal.follow(connection, intent.ledger_urn) if intent.declared else ()
            live = {} if self._is_new(intent) else self.state.read(intent)
            plan = self._plan(connection, intent, live)
            require_consent(plan, self.database.settings.consents, resource_name, intent.allowed)
            self._require_own(connection, plan, live)
            executor = self._executor(connection, intent)
            # Of what goes as a whole nothing may be left in the ledger before its record is written.
            busy = nullcontext() if intent.declared else self._ledger_store.in_use(connection)
            with busy, warnings_of(connection, executor.leaves_out) as warnings:
                executor.run(
                    plan,
                    before=lambda inner: self._enter(inner, intent, plan, live),
                    after=lambda inner: self._record(inner, intent, plan, live),
                )
            if not intent.declared:
                self._ledger_store.drop_if_unused(connection)
                self._journal.leave_if_gone(connection, intent.ledger_urn)
            self.foresight.done(intent.urn)
            return dataclasses.replace(plan, notes=(*plan.notes, *told, *warnings))

    def journal_is_due(self, urn: str) -> bool:
        """Return whether this resource's update is to carry out what the settings say of the journal of changes."""
        return self._journal.is_due(self.database, urn)

    def close(self) -> None:
        """Close every connection."""
        self._guard.release()
        self.database.close()

    def _plan(self, connection: Connection, intent: Intent, live: Facts) -> Plan:
        server = self.database.server
        known = Known(
            server,
            live,
            self.state.recorded,
            self.state.addresses,
            self.state.cached,
            lambda ids: archived.occupied(connection, ids),
            lambda ids: archived.parts(connection, ids),
            archived.restored(connection, self.state.reader, intent, self.state.recorded, live, self._kinds),
            self.state.given_by_default,
            self.foresight.declared.types,
            server.user,
        )
        return planned(connection, intent, known, self._kinds, self.secrets)

    def _is_new(self, intent: Intent) -> bool:
        # Tables of which there was nothing. Where somebody has made one meanwhile, CREATE TABLE is refused.
        made = {id.name for id, wanted in intent.desired.items() if wanted and self._kinds[id.kind].holds_rows}
        return intent.anchors <= made and not self.state.cached(intent.anchors)

    def _require_grounds(self, intent: Intent) -> None:
        # What it is built upon is there, and is nobody's who may put another thing in its place.
        with self.database.reader() as reader:
            if intent.declared:
                built_upon = Renames(intent.renames, self._kinds).before_and_after(intent.declared)
                role_owners.read(reader).require(built_upon, self._kinds)
            for refusal in missing(reader, intent, self.state.live(intent.anchors), self._kinds):
                raise refusal

    def _require_own(self, connection: Connection, plan: Plan, live: Facts) -> None:
        owners, kinds = self.state.owners, self._kinds

        def live_of(names: Anchors) -> Facts:
            return {**self.state.cached(names), **live}

        owners.require_own_types(plan, kinds, live_of)
        recomputed.require_own(connection, plan, kinds)
        fired.require_own(connection, plan)
        if owners.foreign:
            strange_literals.require_none(connection, plan, kinds)
        # Last, for it has texts of the plan parsed.
        usual_classes.require_own(connection, owners, plan, kinds, live_of)

    def _with_dependents(self, intent: Intent) -> Intent:
        # What another resource declares may have to stand aside: nobody else may be at it meanwhile.
        live = self.state.live(intent.anchors)
        if not any(id in live for id in intent.desired):
            return intent
        with self.database.connection() as connection:
            plan = self._plan(connection, intent, live)
        beneath = frozenset({*(delta.id for delta in plan.deltas), *plan.carried} - intent.desired.keys())
        return dataclasses.replace(intent, anchors=intent.anchors | anchors_of(beneath), recreated=beneath)

    def _enter(self, connection: Connection, intent: Intent, plan: Plan, live: Facts) -> None:
        store, ledger, server = self._ledger_store, self.state.recorded, self.database.server
        for renames, before in self.state.by_hand:
            follow(connection, renames, before)
        enter(connection, store, intent, plan, live, ledger=ledger, server=server, kinds=self._kinds)

    def _executor(self, connection: Connection, intent: Intent) -> Executor:
        def forget(inner: Connection, gone: Collection[ObjectId]) -> None:
            self._ledger_store.forget(inner, intent.ledger_urn, set(gone).intersection(intent.released))

        run_by = self.database.settings, intent.ledger_urn, self.database.cancelled
        alone, secrets = self._guard.require, self.secrets
        return Executor(connection, *run_by, secrets=secrets, require_alone=alone, forget=forget, relabel=write_labels)

    def _record(self, connection: Connection, intent: Intent, plan: Plan, before: Facts) -> None:
        live = self.state.read(intent)
        for id in intent.declared:
            if id not in live:
                remedy = "Write its name and argument types as the server does."
                raise ApplyError("it is not found after it was made.", where=str(id), remedy=remedy)
        urn = intent.ledger_urn
        self._ledger_store.forget(connection, urn, intent.released)
        entries = self._ledger_store.record(connection, urn, self.database.server, intent.declared, live)
        again = {
            delta.id: live[delta.id]
            for delta in plan.deltas
            if delta.id not in intent.desired and delta.id in live and self._is_spelled(delta.id, before.get(delta.id))
        }
        self._ledger_store.record_recreated(connection, again)
        self.state.wrote(intent, live, entries)
        if again or not _only_makes(plan, self.state.recorded.archived):
            self.state.recreated(connection, again)

    def _is_spelled(self, id: ObjectId, live: Definition | None) -> bool:
        # What is sealed stays so: its secret may not be known to this run.
        entry = self.state.recorded.entry(id)
        return entry is not None and not entry.is_sealed and entry.spelling == live


def _only_makes(plan: Plan, archived: Container[ObjectId]) -> bool:
    # Then the archive holds what it held before.
    return all(delta.old is None and delta.id not in archived for delta in plan.deltas)

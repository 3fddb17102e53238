"""Everybody tries everything in one database: planted, tried and rolled back, once for each choice of what rows say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import LiteralString

from supaschema.core.errors import ConnectionRefused
from supaschema.core.sqltext import Name
from supaschema.database.connect import Connection, connect
from supaschema.database.settings import Settings
from supaschema.review.access.model import Reading, Thing, called
from supaschema.review.access.read import read
from supaschema.review.access.tries import scratch
from supaschema.review.access.tries.attempts import Attempts, things
from supaschema.review.access.tries.calls import Call, calls
from supaschema.review.access.tries.choices import Choice, Choices, choices, chosen_by, label, number
from supaschema.review.access.tries.outcomes import Outcome, Tried
from supaschema.review.access.tries.planting import Planting, columns, plant
from supaschema.review.access.tries.sessions import Session, admit, sessions
from supaschema.review.access.tries.values import Column
from supaschema.supabase.platform import PLATFORM_SCHEMAS, SHARED_TABLES

_UNBOUND: LiteralString = (
    "select r.rolsuper or r.rolbypassrls from pg_catalog.pg_roles r where r.rolname = current_user"
)
_LIMITS: LiteralString = """
    select pg_catalog.set_config('statement_timeout', '2s', true), pg_catalog.set_config('lock_timeout', '1s', true),
           pg_catalog.set_config('storage.allow_delete_query', 'true', true)
"""


def choices_of(settings: Settings) -> Choices:
    """Return what rows of a database may say, and what of it access depends on; raises as below."""
    with connect(settings) as connection:
        scratch.require(connection)
        with connection.transaction(force_rollback=True):
            return choices(read(connection), columns(connection))


def tried(settings: Settings, chosen: Collection[Choice]) -> Tried:
    """Return what came of all trials in a database; nothing of them is kept.

    Args:
        settings: They name the database.
        chosen: What rows say in turn.

    Raises:
        PreconditionError: The database is not marked as one to throw away.
        ConnectionRefused: It cannot be reached, or policies hold the connection's role back.

    """
    with connect(settings) as connection:
        scratch.require(connection)
        if connection.execute(_UNBOUND).fetchone() != (True,):
            remedy = "Connect as a superuser, or as a role with BYPASSRLS."
            raise ConnectionRefused("policies hold this role back: it cannot plant.", where="trials", remedy=remedy)
        with connection.transaction(force_rollback=True):
            run = _Run(connection, read(connection), columns(connection), calls(connection))
            for variant in range(number(chosen)):
                run.variant(variant, chosen)
        left_out, unplanted = frozenset(run.left_out), frozenset(run.unplanted)
        return Tried(run.outcomes, left_out, unplanted, frozenset(run.things), run.roles)


@dataclass
class _Run:
    connection: Connection
    reading: Reading
    tables: Mapping[Name, tuple[Column, ...]]
    calls: Mapping[str, Call]
    outcomes: dict[tuple[str, Thing, str], Outcome] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    unplanted: set[Thing] = field(default_factory=set)

    @property
    def things(self) -> Iterator[Thing]:
        """All that there is."""
        yield from (relation.thing for relation in self.reading.relations.values())
        yield from (routine.thing for routine in self.reading.routines.values())
        yield from (thing for _, thing, _ in self.outcomes)

    def variant(self, variant: int, chosen: Collection[Choice]) -> None:
        """Plant and try: members once for each choice, everybody else in the first."""
        said = label(chosen, variant)
        with self.connection.transaction(force_rollback=True):
            self.connection.execute(_LIMITS)
            everybody = [each for each in sessions(self.reading.subjects) if variant == 0 or each.tenant]
            admitted = [each for each in everybody if self._admit(each)]
            planting = plant(self.connection, chosen_by(self.tables, chosen, variant))
            for name, reason in planting.failed.items():
                self.left_out.add(f"{_thing(name)}: no row of it could be made ({reason})")
                self._says_nothing(_thing(name), name)
            for session in admitted:
                named = replace(session, name=f"{session.name} ({said})") if session.tenant and said else session
                self._session(named, planting)

    def _says_nothing(self, thing: Thing, name: Name) -> None:
        """Note what no row was planted in, and the views that read it."""
        if thing in self.unplanted:
            return
        self.unplanted.add(thing)
        for relation in self.reading.relations.values():
            if any(ask.relation == name for ask in relation.asks):
                self._says_nothing(relation.thing, relation.name)

    def _admit(self, session: Session) -> bool:
        if admit(self.connection, session):
            return True
        self.left_out.add(f"role {session.role}: the connection may not act as it")
        return False

    def _session(self, session: Session, planting: Planting) -> None:
        self.roles[session.name] = session.role
        attempts = Attempts(self.connection, self.reading, session)
        for thing, verb, outcome in self._of(attempts, planting):
            self.outcomes[session.name, thing, verb] = outcome

    def _of(self, attempts: Attempts, planting: Planting) -> Iterator[tuple[Thing, str, Outcome]]:
        for relation in self.reading.relations.values():
            if relation.name[0] in PLATFORM_SCHEMAS and relation.name not in SHARED_TABLES:
                continue
            for thing, planted, verbs in things(relation, planting.planted):
                yield thing, "select", attempts.select(relation, planted.bucket if planted else None)
                if planted is not None:
                    writing = {"insert": attempts.insert, "update": attempts.update, "delete": attempts.delete}
                    yield from ((thing, verb, act(planted)) for verb, act in writing.items() if verb in verbs)
        for signature, call in self.calls.items():
            if signature in self.reading.routines:
                yield self.reading.routines[signature].thing, "execute", attempts.execute(call)


def _thing(name: Name) -> Thing:
    """Return what is tried: a table, or of a name with three parts the files of the bucket that is the third."""
    return Thing("files of bucket", name[2]) if len(name) > 2 else Thing("table", called(name))

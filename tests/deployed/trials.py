"""Trials on a live database: two organizations are planted, everybody tries, and all of it is rolled back.

No row of anybody else is touched or waited for: every statement is bound to the planted organizations, and calls that
take whatever work there is (claims, purges) are left to what is computed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from supaschema.database.server_errors import said
from supaschema.kinds.grants import Grants
from tests.access.people import EVERYBODY, ORGANIZATIONS, Session
from tests.access.planted import plant_deleted, plant_files, plant_rows
from tests.access.relations import WRITTEN, Relation, whole_trials
from tests.access.routines import CALLS, call_trials
from tests.access.storage import BUCKETS, file_trials
from tests.access.trials import Reading, Trial, Word, attempt
from tests.access.wanted import WANTED
from tests.deployed.findings import CannotTellError, Finding, Verdict
from tests.deployed.stack import Connection, Stack, named
from tests.support.sessions import impersonate

LOCK_TIMEOUT = "1s"

_MEMBERS = {
    "reader": "reader",
    "contributor": "contributor",
    "reader by text": "reader",
    "admin": "admin",
    "admin by text": "admin",
    "owner": "owner",
    "other org's owner": "owner",
}
"""The application's role of each session that is a member."""
_BOUND = (
    "select what is softly deleted",
    "select *",
    "select the row as JSON",
    "update",
    "update: give to another org",
    "update from a secret",
    "write the secrets",
    "delete",
)
"""What is tried on the rows of the planted organizations alone."""
_AS_THEY_ARE = ("upsert an own row", "upsert another org's row")
_UNBOUND_CALLS = ("claim_", "purge_", "cleanup_")
"""How functions begin that would take or delete work of everybody's."""
_FILES = ("select", "replace", "move into another's folder", "delete")
_UPLOADS = ("upload into the own folder", "upload into another's folder", "upload into a second folder")


@dataclass(frozen=True, slots=True)
class PlantedSession(Session):
    """A session of `EVERYBODY` whose organization, user and rows are planted."""

    named: Mapping[str, object] = field(default_factory=dict)

    @property
    def parameters(self) -> Mapping[str, object]:
        """What the trials' statements refer to."""
        return self.named


@dataclass(frozen=True, slots=True)
class Garden:
    """The ids of what is planted: organizations by number, users by session, rows by organization and number."""

    organizations: Mapping[int, UUID]
    users: Mapping[str, UUID]
    subjects: Mapping[str, str]
    connectors: Mapping[tuple[int, int], UUID]
    batches: Mapping[tuple[int, int], UUID]

    @classmethod
    def fresh(cls) -> Garden:
        """Choose ids that nobody has."""
        rows = [(org, number) for org in ORGANIZATIONS for number in range(1, org + 1)]
        text = {name: f"user_{uuid4().hex}" if name.endswith("by text") else str(uuid4()) for name in _MEMBERS}
        return cls(
            {number: uuid4() for number in ORGANIZATIONS},
            {name: uuid4() for name in _MEMBERS},
            text,
            {row: uuid4() for row in rows},
            {row: uuid4() for row in rows},
        )

    def session(self, one: Session, claim: str) -> PlantedSession:
        """Return the planted session that is like one of `EVERYBODY`."""
        other = next(number for number in ORGANIZATIONS if number != one.organization)
        me = self.users.get(one.name, self.users["reader"])
        colleague = "contributor" if one.organization == 1 and one.name != "contributor" else "reader"
        named: dict[str, object] = {
            "me": me,
            "somebody": self.users[colleague],
            "own": self.organizations[one.organization],
            "other": self.organizations[other],
            "organizations": list(self.organizations.values()),
            "folders": [str(id) for id in self.organizations.values()],
        }
        for thing, ids in (("connector", self.connectors), ("batch", self.batches)):
            named[f"own_{thing}"], named[f"other_{thing}"] = ids[one.organization, 1], ids[other, 1]
        claims = {claim: self.subjects[one.name]} if one.name in self.subjects else one.claims
        return PlantedSession(one.name, one.role, claims, one.organization, str(me), named)


def compared(stack: Stack) -> Verdict:
    """Let everybody try everything, and return what came out otherwise than asked for.

    Raise:
        CannotTellError: This role cannot become the others, or the application's tables take no such rows.

    """
    if not stack.owns:
        raise CannotTellError(f"{stack.user} cannot act as other roles; trials need the owner's URL.")
    garden = Garden.fresh()
    tried = list(_trials(stack))
    claim = stack.declared.settings.identity.claim
    with stack.writer() as connection:
        connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'".encode())
        try:
            _plant(connection, stack, garden)
        except psycopg.Error as error:
            raise CannotTellError(f"two organizations cannot be planted: {said(error)}.") from None
        found = [
            finding for one in EVERYBODY for finding in _of_session(connection, one, garden.session(one, claim), tried)
        ]
    proved = f"{len(tried)} trials by each of {len(EVERYBODY)} sessions did what was asked for, and were rolled back"
    return Verdict(proved, tuple(found))


def _of_session(connection: Connection, one: Session, session: Session, tried: list[Trial]) -> Iterator[Finding]:
    with connection.transaction(force_rollback=True):
        impersonate(connection, session.role, session.claims)
        for trial in tried:
            with connection.transaction(force_rollback=True):
                outcome = attempt(connection, session, trial)
            wanted = WANTED[trial.subject][trial.verb].of(one)
            if outcome.word is not wanted:
                why = f" ({outcome.told})" if outcome.word is Word.ERROR else ""
                text = f"{one.name}, {trial.verb or 'call'}: {outcome.word}, not {wanted}{why}."
                yield Finding(trial.subject, text)


def _plant(connection: Connection, stack: Stack, garden: Garden) -> None:
    identity = stack.declared.settings.identity
    for number, id in garden.organizations.items():
        connection.execute("insert into public.organizations (id, name) values (%s, %s)", [id, f"validation {number}"])
    insert = sql.SQL("insert into {} (id, org_id, role, {}) values (%s, %s, %s, %s)").format(
        sql.Identifier(*identity.table.split(".")), sql.Identifier(identity.column)
    )
    for name, role in _MEMBERS.items():
        number = next(one.organization for one in EVERYBODY if one.name == name)
        connection.execute(insert, [garden.users[name], garden.organizations[number], role, garden.subjects[name]])
    for (number, row), connector in garden.connectors.items():
        plant_rows(connection, garden.organizations[number], connector, garden.batches[number, row])
    for number in ORGANIZATIONS:
        plant_deleted(connection, garden.organizations[number], garden.connectors[number, 1], 4 * number)
        for bucket in BUCKETS:
            plant_files(connection, bucket, f"'{garden.organizations[number]}/file-' || n", number)


def _trials(stack: Stack) -> Iterator[Trial]:
    declared = {named(*id.name) for id, _ in stack.declared.of("table_grants", Grants)}
    columns: dict[str, set[str]] = {}
    for row in stack.rows("column_privileges"):
        columns.setdefault(named(row["schema"], row["relation"]), set()).add(row["name"])
    for name in sorted(declared.intersection(WANTED)):
        if "org_id" in columns.get(name, ()):
            yield from _of_relation(Relation(name, tuple(columns[name]), is_table=False))
    for name in CALLS:
        if not name.rpartition(".")[2].startswith(_UNBOUND_CALLS) and name in WANTED:
            yield from call_trials(name)
    for bucket in BUCKETS:
        for trial in file_trials(bucket):
            if trial.verb in _UPLOADS:
                yield trial
            elif trial.verb in _FILES:
                yield _and(trial, " and split_part(name, '/', 1) = any(%(folders)s)")


def _of_relation(relation: Relation) -> Iterator[Trial]:
    condition = " where org_id = any(%(organizations)s)"
    apart = {verb: _listed(verb, relation) for verb in WANTED[relation.name]}
    others = [name for name in relation.columns if not any(name in listed for listed in apart.values())]
    for verb, listed in apart.items():
        # Each secret on its own: one that may be read is not to hide behind another that may not.
        for names in [others] if verb == "select" else [[name] for name in listed]:
            columns = sql.SQL(", ").join(map(sql.Identifier, names))
            statement = sql.SQL("select {} from {}").format(columns, relation.sql) + sql.SQL(condition)
            yield Trial(relation.name, verb, statement, Reading.ORGANIZATIONS)
    if relation.name in WRITTEN:
        for trial in whole_trials(relation):
            if trial.verb in _AS_THEY_ARE or trial.verb.startswith("insert"):
                yield trial
            elif trial.verb in _BOUND:
                yield _and(trial, condition)


def _and(trial: Trial, condition: str) -> Trial:
    return dataclasses.replace(trial, statement=trial.statement + sql.SQL(condition))


def _listed(verb: str, relation: Relation) -> list[str]:
    """Return the columns that a line such as `select credentials, webhook_secret` speaks of."""
    names = verb.removeprefix("select ").split(", ")
    return names if verb.startswith("select ") and set(names) <= set(relation.columns) else []

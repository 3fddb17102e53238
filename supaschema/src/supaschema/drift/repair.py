"""The statements that undo a difference: the plan from what is live to what was recorded. Nobody runs it here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import psycopg
from psycopg import sql

from supaschema.core.errors import SupaschemaError
from supaschema.core.model import Definition, Desired, Facts, Hazard, Mode, ObjectId, Plan, Statement
from supaschema.core.printable import line
from supaschema.core.secret_texts import MASK, Secrets
from supaschema.core.sqltext import compose, ident, raw_sql, role
from supaschema.core.urn import Urn
from supaschema.database import fired
from supaschema.database.connect import Connection
from supaschema.drift.definitions import untold
from supaschema.drift.model import Topic
from supaschema.drift.reading import Reading
from supaschema.drift.recorded import recorded
from supaschema.drift.subject import Subject
from supaschema.drift.surroundings import Other
from supaschema.engine import recomputed, role_owners, strange_literals, usual_classes
from supaschema.engine.intent import Anchors, Intent, anchors_of
from supaschema.engine.planner import Known, planned
from supaschema.engine.role_owners import Owners
from supaschema.ledger import seals

_TOLD = (Hazard.DELETES_DATA, Hazard.TAKES_DATA_OUT_OF_USE, Hazard.REWRITES_TABLE)
"""What a statement may do to rows, which is told before it."""
_NOBODY = str(Urn("none", "none", "supaschema:index:ObjectSet", "none"))
"""In whose name it is planned where the ledger has no resource that this version knows."""
_UNQUOTED = {"user mapping", "transform"}
"""Sorts whose names the server writes without the quotes that they need: no statement is made of one."""
_PATH = "set search_path = pg_catalog, pg_temp;"
"""Whoever runs a text of SQL has it read as it was recorded: no function of a schema in their own path is taken."""


def of_object(connection: Connection, reading: Reading, item: Subject) -> tuple[str, ...]:
    """Return the statements that make an object what it was, with what went with it.

    Where the plan is refused, a comment says why.
    """
    kind, live = reading.kinds[item.id.kind], reading.live.get(item.id)
    if item.recorded is not None and seals.holds_seal(item.recorded):
        return ("-- a text of it is a secret, of which the ledger keeps a hash: deploy again",)
    if live is None:
        wanted = {id: reading.kinds[id.kind].restoring(was, None) for id, was in _gone_with(reading, item).items()}
        return _planned(connection, reading, item.id, wanted)
    if item.recorded is None and kind.holds_rows and item.id.name[:2] in reading.anchors:
        # Somebody else's table, of which parts are managed.
        return ()
    if item.recorded is None:
        return _planned(connection, reading, item.id, {item.id: kind.cleared(live)})
    own = kind.beyond(item.recorded, live)[0] if item.finding.topic is Topic.CHANGED else live
    return _planned(connection, reading, item.id, {item.id: kind.restoring(item.recorded, own)})


def _gone_with(reading: Reading, item: Subject) -> dict[ObjectId, Definition]:
    """Return what was recorded of an object that does not exist, and of all that was a part of it."""
    own = {item.id: item.recorded} if item.recorded is not None else {}
    parts = {
        id: definition
        for id, definition in recorded(reading).items()
        if id not in reading.live and item.id in reading.kinds[id.kind].parents(id)
    }
    return {**own, **parts}


def of_given(connection: Connection, reading: Reading, id: ObjectId, given: Definition) -> tuple[str, ...]:
    """Return the statements that take from a role what an object gives it."""
    return _planned(connection, reading, id, {id: reading.kinds[id.kind].cleared(given)})


def of_other(other: Other) -> tuple[str, ...]:
    """Return the statements that remove what no kind models."""
    return tuple(f"{query.as_string()};" for query in _removing(other))


def _planned(connection: Connection, reading: Reading, id: ObjectId, wanted: Desired) -> tuple[str, ...]:
    urn = reading.ledger.owners.get(id) or next(iter(reading.ledger.by_urn), _NOBODY)
    intent = Intent(urn, wanted, {}, (), anchors_of(wanted))
    try:
        plan = planned(connection, intent, _known(reading, intent.anchors), reading.kinds, reading.secrets)
        _require_own(connection, reading, plan, wanted)
    except SupaschemaError as error:
        return _comment(f"no statement by itself: {error}")
    except psycopg.Error as error:
        return (f"-- this role cannot work it out ({type(error).__name__})",)
    secrets = Secrets()
    for one, definition in wanted.items():
        secrets.add(untold(reading, one, (definition, reading.live.get(one))))
    told = tuple(_told(plan.statements, secrets))
    reads = any(reading.kinds[it.id.kind].sql_fields(it.id, it.new) for it in plan.deltas if it.new is not None)
    return (_PATH, *told) if reads else told


def _require_own(connection: Connection, reading: Reading, plan: Plan, wanted: Desired) -> None:
    """Refuse what a deployment would refuse, too: to have code of others run, or to build upon what is theirs.

    Whose the objects themselves are, a repair may be about.
    """
    owners, names = role_owners.read(connection), {id.name[:2] for id in wanted}
    foreign = {place: it for place, it in owners.foreign.items() if place[1:3] not in names}
    made = {id: definition for id, definition in wanted.items() if definition is not None}
    Owners(owners.user, foreign).require(made, reading.kinds)
    owners.require_own_types(plan, reading.kinds, lambda names: _facts(reading, names))
    recomputed.require_own(connection, plan, reading.kinds)
    fired.require_own(connection, plan)
    if owners.foreign:
        strange_literals.require_none(connection, plan, reading.kinds)
    # Last, for it has texts of the plan parsed.
    usual_classes.require_own(connection, owners, plan, reading.kinds, lambda names: _facts(reading, names))


def _facts(reading: Reading, names: Anchors) -> Facts:
    return {id: it for name in names for id, it in reading.by_name.get(name, {}).items()}


def _comment(text: str) -> tuple[str, ...]:
    """Return a text as comments: each line of it as one, so that nothing of it is SQL."""
    return tuple(f"-- {line(each)}" for each in text.split("\n"))


def _known(reading: Reading, anchors: Anchors) -> Known:
    def facts(wanted: Anchors) -> Facts:
        return _facts(reading, wanted)

    return Known(
        reading.server,
        facts(anchors),
        reading.ledger,
        lambda: reading.addresses,
        facts,
        user=reading.owner,
        told_to_others=True,
    )


def _told(statements: Iterable[Statement], secrets: Secrets) -> Iterator[str]:
    # Nobody keeps aside what goes: that is the work of a deployment.
    kept = any(statement.upkeep or statement.mode is Mode.BATCHES for statement in statements)
    if kept:
        yield "-- what it holds goes with it: copy what is to be kept"
    for statement in statements:
        if statement.upkeep or statement.mode is Mode.BATCHES:
            continue
        notes = [note for note in statement.hazards if note.hazard in _TOLD and not kept]
        yield from (text for note in notes for text in _comment(note.sentence))
        if secrets.holds(statement.text) or MASK in statement.text:
            yield "-- a text that may be secret is left out: put it in by hand, or deploy again"
        yield f"{secrets.masked(statement.text).rstrip().rstrip(';')};"


def _removing(other: Other) -> Iterator[sql.Composable]:
    if other.sort == "default acl":
        yield from _taking_defaults(other)
    # With a subscription goes what the other server keeps for it: nobody is given that to paste.
    elif other.sort != "subscription" and other.sort not in _UNQUOTED:
        # As the server writes it, in quotes where it needs them.
        yield compose("drop {} {}", raw_sql(other.sort), raw_sql(other.name))


def _taking_defaults(other: Other) -> Iterator[sql.Composable]:
    place = compose(" in schema {}", ident(other.schema)) if other.schema else sql.SQL("")
    begin = compose("alter default privileges for role {}{}", ident(other.owner), place)
    objects = raw_sql(other.name.rpartition(" on ")[2])
    for given in other.given:
        about = begin, raw_sql(given.privilege), objects, role(given.role)
        yield compose("{} revoke {} on {} from {}" if given.is_more else "{} grant {} on {} to {}", *about)

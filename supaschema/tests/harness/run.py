"""One direction of a case: the engine's way from one database to the other, and what is wrong with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import psycopg

from harness import locks, observe
from harness.dump import differences, dump
from harness.sides import Side, pipeline
from supaschema.core.errors import SupaschemaError
from supaschema.core.model import Facts, Plan
from supaschema.core.renames import Rename
from supaschema.engine import role_owners
from supaschema.engine.intent import Intent, anchors_of
from supaschema.engine.pipeline import Pipeline
from supaschema.engine.renames import Renames, applicable
from supaschema.kinds.query_columns import VIEWS
from supaschema.ledger import Ledger
from supaschema.registry import DEFINITIONS, KINDS

URN = "urn:pulumi:test::corpus::supaschema:index:Everything::case"


@dataclass(frozen=True, slots=True)
class Way:
    """From what is live to what is wanted.

    Attributes:
        source: The database that is changed.
        target: The database that was made directly.
        binaries: The folder with the server's programs.
        renames: What is said to have another name.

    """

    source: Side
    target: Side
    binaries: Path
    renames: tuple[Rename, ...] = ()

    @property
    def renamed(self) -> Renames:
        """The renames that apply."""
        return applicable(self.renames, self.source.facts, KINDS)

    def intent(self, urn: str = URN) -> Intent:
        """Return what one resource wants that declares all of the target and nothing else of the source.

        The order of goals is against that in which the objects were made, columns aside: what comes before what is
        for the plan to find out.
        """
        facts = self.target.facts
        columns = [id for id in facts if id.kind == "column"]
        others = [id for id in facts if id.kind != "column"]
        renamed = self.renamed
        gone = dict.fromkeys(id for id in map(renamed.id, self.source.facts) if id not in facts)
        desired = {**gone, **{id: facts[id] for id in (*columns, *reversed(others))}}
        anchors = anchors_of((*desired, *self.source.facts))
        return Intent(urn, desired, dict(facts), (), anchors, renames=renamed.pairs)


def faults(way: Way) -> list[str]:
    """Go a way and return what is wrong with it; nothing is: it is right. The source's database is changed."""
    with way.source.superuser() as connection:
        engine = way.source.engine
        source, former = way.renamed.facts(way.source.facts), way.renamed.reversed.id
        shared = observe.shared_columns(source, way.target.facts)
        try:
            rows = observe.values(connection, shared, converted=True, called=former)
        except psycopg.Error as error:
            connection.rollback()
            return [f"rows: a value has no like in the wanted type: {error.diag.message_primary}"]
        files = observe.files(connection)
        _watch(connection, engine)
        with locks.logged() as log:
            plan, said = _applied(way, engine)
        if plan is None:
            return said
        found = [
            *_told("preview", _other_statements(said, observe.ran(connection))),
            *_told("dump", differences(way.target.dump, dump(way.binaries, way.source.superuser_url), way.source.dump)),
            *_told("again", _second_plan(way, connection)),
            *_told("rows", _other_rows(connection, shared, rows)),
            *_told("rewrites", observe.rewrites(files, observe.files(connection), plan)),
            *_told("locks", locks.locks(plan, log, observe.watched(connection))),
            *_told("away", locks.away(log, _views(source) & _views(way.target.facts))),
        ]
        found += _told("identity", observe.restarted_sequences(connection, source, way.target.facts))
        return found


def faults_of_return(way: Way) -> list[str]:
    """Go a way and back in one database, and return what is wrong then: what was archived must be there again."""
    own = observe.shared_columns(way.source.facts, way.source.facts)
    there = dataclasses.replace(way.target, url=way.source.url, superuser_url=way.source.superuser_url)
    home = dataclasses.replace(way, source=there, target=way.source)
    with way.source.superuser() as connection:
        rows = observe.values(connection, own, converted=False)
        _watch(connection, way.source.engine)
        plan, said = _applied(way, way.source.engine)
        if plan is None:
            return _told("on the way out", said)
        earlier = len(observe.ran(connection))
        with pipeline(way.source.url) as engine:
            with observe.unwatched(connection):
                engine.state.everything()
            plan, said = _applied(home, engine)
        if plan is None:
            return _told("on the way home", said)
        return [
            *_told("preview", _other_statements(said, observe.ran(connection)[earlier:])),
            *_told("dump", differences(way.source.dump, dump(way.binaries, way.source.superuser_url), way.source.dump)),
            *_told("again", _second_plan(home, connection)),
            *_told("rows", _other_rows(connection, own, rows)),
        ]


def faults_of_refusal(way: Way, words: str) -> list[str]:
    """Return what is wrong with a preview that is to refuse a way in these words, and to change nothing."""
    engine, intent = way.source.engine, way.intent()
    try:
        # What a resource's intent asks before there is a plan: whose the objects are.
        with engine.database.connection() as connection:
            role_owners.read(connection).require(intent.declared, KINDS)
        engine.preview(intent)
    except SupaschemaError as error:
        found = [] if words in str(error) else [f"refused: in other words: {error}"]
    except psycopg.Error as error:
        found = [f"refused: the server's own error: {error.diag.message_primary}"]
    else:
        return ["not refused in the preview"]
    after = dump(way.binaries, way.source.superuser_url)
    return [*found, *_told("dump", differences(way.source.dump, after, {}))]


def faults_of_nothing(way: Way) -> list[str]:
    """Return what is wrong with a preview that is to find nothing to do."""
    return _told("not empty", list(_second_plan(way)))


def _views(facts: Facts) -> set[str]:
    return {".".join(id.name) for id in facts if id.kind in VIEWS}


def _watch(connection: observe.Connection, engine: Pipeline) -> None:
    with engine.database.connection() as own:
        Ledger(DEFINITIONS).install(own, engine.database.server)
    observe.watch(connection)


def _applied(way: Way, engine: Pipeline) -> tuple[Plan | None, list[str]]:
    # The plan that ran and the statements that were previewed, or what came instead.
    try:
        previewed = [statement.text for statement in engine.preview(way.intent()).statements]
    except SupaschemaError as error:
        return None, [f"refused: {error}"]
    except psycopg.Error as error:
        return None, [f"refused: the server's own error: {error.diag.message_primary}"]
    try:
        return engine.apply(way.intent(), "case"), previewed
    except SupaschemaError as error:
        statement = getattr(error, "statement", "") or ""
        return None, [f"failed: {error} [{' '.join(statement.split())[:300]}]"]
    except psycopg.Error as error:
        return None, [f"failed: the server's own error: {error.diag.message_primary}"]


def _other_statements(previewed: list[str], ran: list[str]) -> Iterator[str]:
    if ran != previewed:
        first = next((pair for pair in zip(previewed, ran, strict=False) if pair[0] != pair[1]), ("", ""))
        yield f"{len(previewed)} statements, and {len(ran)} ran; the first other one: {first[0]!r} / {first[1]!r}"


def _second_plan(way: Way, watched: observe.Connection | None = None) -> Iterator[str]:
    # By another resource: what the ledger remembers of the first must not stand for what is live.
    looking = nullcontext() if watched is None else observe.unwatched(watched)
    with looking, pipeline(way.source.url) as engine:
        try:
            plan = engine.preview(way.intent(f"{URN}-again"))
        except (SupaschemaError, psycopg.Error) as error:
            yield f"refused: {error}"
            return
    if not plan.empty:
        yield f"{'; '.join(' '.join(item.text.split()) for item in plan.statements)[:500]}"


def _other_rows(connection: observe.Connection, shared: observe.Shared, before: observe.Values) -> Iterator[str]:
    try:
        after = observe.values(connection, shared, converted=False)
    except psycopg.Error as error:
        yield f"they cannot be read: {error.diag.message_primary}"
        return
    for table, rows in before.items():
        if after[table] != rows:
            yield f"{'.'.join(table)}: {rows} before, {after[table]} after"


def _told(what: str, lines: Iterator[str] | list[str]) -> list[str]:
    return [f"{what}: {line}" for line in lines]

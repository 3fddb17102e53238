"""Tables that are made under a name from which a deployment renamed another one: told, for that one has the rows."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator

import psycopg

from supaschema.archive.sequences import value_of
from supaschema.core.model import Facts, ObjectId, Plan
from supaschema.core.renames import Rename
from supaschema.core.sqltext import compose, ident, unquoted
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.engine.renames import Renames
from supaschema.ledger import LedgerState

_TO = " rename to "


class FormerNames:
    """The renames that the ledger's history holds, read once a run. For several threads."""

    def __init__(self, kinds: Kinds) -> None:
        """Take the registry of kinds."""
        self._kinds = kinds
        self._lock = threading.Lock()
        self._renames: tuple[str, ...] | None = None

    def told(self, connection: Connection, plan: Plan) -> Iterator[str]:
        """Yield a sentence for each table that a plan makes anew although a rename left its name."""
        for delta in plan.deltas:
            kind = self._kinds[delta.id.kind]
            if delta.old is not None or delta.new is None or not kind.holds_rows or delta.id in plan.restored:
                continue
            other = ObjectId(delta.id.kind, (delta.id.name[0], f"{delta.id.name[1]} "))
            begins = [statement.text.partition(_TO)[0] + _TO for statement in kind.rename(delta.id, other)]
            found = [text for text in self._read(connection) if text.startswith(tuple(begins))]
            if found:
                yield (
                    f"{delta.id} is made anew and empty, and was renamed before: {found[-1]}. "
                    f"{_remedy(connection, delta.id, unquoted(found[-1].partition(_TO)[2]))}"
                )

    def _read(self, connection: Connection) -> tuple[str, ...]:
        with self._lock:
            if self._renames is None:
                self._renames = _renames(connection)
            return self._renames


def in_archive(
    asked: Collection[Rename], declared: Collection[ObjectId], live: Facts, ledger: LedgerState, renames: Renames
) -> tuple[str, ...]:
    """Return a sentence for each object whose rows or values the archive keeps under its former name: they stay there.

    Args:
        asked: The renames that a declaration speaks of.
        declared: What it declares.
        live: What there is, as it is called after those that apply.
        ledger: The ledger, with what the archive holds, as it is before them.
        renames: Those that apply.

    """
    kept = ledger.archived
    pairs = [
        (pair.old, pair.new)
        for pair in asked
        if (pair.old in kept or value_of(pair.old.name) in kept) and pair.old not in live and pair.new not in live
    ]
    moved = sorted(renames.of_schemas.renamed(kept).items())
    pairs += [(old, new) for old, new in moved if renames.kinds[old.kind].holds_rows]
    pairs += [(old, id) for id in declared if id not in live for old in _in_former_schemas(id, ledger) if old in kept]
    return tuple(
        f"{old} is in the archive, and does not come back as {new}: to have what it held, deploy it under its former "
        "name first."
        for old, new in pairs
    )


def _in_former_schemas(id: ObjectId, ledger: LedgerState) -> Iterator[ObjectId]:
    for schema, names in ledger.former.items():
        if schema.name == id.name[:1]:
            yield from (ObjectId(id.kind, (*former.id.name, *id.name[1:])) for former in names)


def _remedy(connection: Connection, id: ObjectId, later: str) -> str:
    name = compose("{}", ident(id.name[0], later)).as_string()
    there = connection.execute("select pg_catalog.to_regclass(%s) is not null", [name]).fetchone()
    if there is not None and there[0]:
        return "To have that one called so again, with its rows, name it in renamedFrom."
    return (
        "By that later name there is nothing any more. If it was dropped, the archive has its rows: to have them, "
        "deploy it by that name first, and rename it in the deployment after."
    )


def _renames(connection: Connection) -> tuple[str, ...]:
    # Who only looks may not read the history: nothing is told then.
    query = "select statement from supaschema.history where pg_catalog.strpos(statement, ' rename to ') > 0 order by id"
    try:
        with connection.transaction(force_rollback=True):
            there = connection.execute("select pg_catalog.to_regclass('supaschema.history') is not null").fetchone()
            if there is None or not there[0]:
                return ()
            return tuple(text for (text,) in connection.execute(query))
    except psycopg.errors.InsufficientPrivilege:
        return ()

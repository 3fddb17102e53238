"""Reading and writing the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from sys import intern
from typing import Any, LiteralString

import msgspec
from psycopg import sql
from psycopg.types.json import Jsonb

from supaschema.core.definitions import Definitions
from supaschema.core.errors import ConnectionRefused, OwnershipError
from supaschema.core.model import Definition, Facts, ObjectId, no_object
from supaschema.core.secret_texts import Secrets
from supaschema.core.sqltext import compose
from supaschema.database.connect import Connection, Server
from supaschema.database.session import hold_briefly
from supaschema.ledger import identity, integrity, seals
from supaschema.ledger.hashes import definition_hash
from supaschema.ledger.renamed import former_names
from supaschema.ledger.state import Entry, Former, LabelRename, LedgerState, labels_of, latest

SCHEMA_FILE = Path(__file__).with_name("schema.sql")
UPGRADE_FILE = Path(__file__).with_name("upgrade.sql")

VERSION = 10
"""The version of schema.sql: raised with every change that a ledger already made must get too."""

_OPEN_SINCE = 2
"""The first version that tells others than its owner what they may know."""

_GENERATIONS_SINCE = 4
"""The first version that holds generations."""

_FORMER_SINCE = 7
"""The first version that holds former names."""

_LABELS_SINCE = 8
"""The first version that holds what labels of enum types were called."""

MAKING = 7309464
"""The advisory lock under which the ledger is made and removed."""

_IN_USE = 7309466
"""The advisory lock that is shared by those who go on with the ledger although it may hold nothing by now."""


class Ledger:
    """Reads and writes the ledger of one database."""

    def __init__(
        self,
        definitions: Mapping[str, type[Definition]],
        secrets: Secrets | None = None,
        parts: Mapping[str, int] | None = None,
    ) -> None:
        """Take, by kind, the class of definitions and how many parts a name has at least; what is kept as hashes."""
        self._definitions = definitions
        self._parts = parts or {}
        self._secrets = secrets or Secrets()
        self._is_installed = False

    def read(self, connection: Connection, server: Server) -> LedgerState:
        """Read the whole ledger; an empty state where there is none yet.

        Raises:
            OwnershipError: The ledger speaks of another database: this one is a copy; or it is not to be trusted.

        """
        integrity.require(connection)
        if not identity.exists(connection):
            return LedgerState()
        identity.check(connection, server)
        columns = _columns(identity.version(connection))
        rows = connection.execute(compose("select {} from {}", columns, identity.relation(connection)))
        by_urn: dict[str, dict[ObjectId, Entry]] = {}
        owners = {}
        unknown: dict[ObjectId, str] = {}
        read = Definitions(self._definitions)
        for id, entry in (self._entry(row, read) for row in rows):
            if id.kind in self._definitions:
                by_urn.setdefault(entry.urn, {})[id] = entry
                owners[id] = entry.urn
            else:
                unknown[id] = entry.urn
        last = max((latest(entries.values()) for entries in by_urn.values()), default=0)
        former = {id: entry.former for entries in by_urn.values() for id, entry in entries.items() if entry.former}
        labels = labels_of(by_urn.values())
        return LedgerState(by_urn, owners, *self.archived(connection), last, former, labels, unknown)

    def archived(self, connection: Connection) -> tuple[frozenset[ObjectId], frozenset[ObjectId]]:
        """Read what the archive holds, tables and columns; and the columns whose values are on their way back."""
        rows = connection.execute(_ARCHIVED if _sees_archive(connection) else _ARCHIVED_TOLD)
        found = {
            ObjectId("table", _split(relation))
            if column is None
            else ObjectId("column", (*_split(relation), column)): returning
            for relation, column, returning in rows
        }
        return frozenset(found), frozenset(id for id, returning in found.items() if returning)

    def enter(
        self,
        connection: Connection,
        urn: str,
        server: Server,
        before: Mapping[ObjectId, Definition | None],
        alike: Facts | None = None,
        *,
        generation: int = 0,
        is_new: bool = False,
    ) -> tuple[ObjectId, str] | None:
        """Write who declares these objects, of which generation, and what they were before, if that is not written yet.

        Returns the first of them that another process of the same deployment entered meanwhile for a resource of its
        own, with the URN of that one; then the caller must write no more. None: there is none.

        Args:
            connection: In the transaction of the first statement.
            urn: The resource.
            server: The server, whose identity and version go along.
            before: What each object is now; None: it is not there.
            alike: What is declared of those of them that are already as they are declared.
            generation: The resource's.
            is_new: Whether the ledger holds nothing of the resource.

        """
        rows = [
            {"object": id.key, "before": definition and self._sealed(definition, (alike or {}).get(id))}
            for id, definition in before.items()
        ]
        done = connection.execute(_ENTER, [urn, server.major, generation, _json(rows)])
        if done.rowcount < len(rows) and (other := self._of_another(connection, urn, before)) is not None:
            return other
        if not is_new:
            self._remade(connection, urn, generation)
        return None

    def _remade(self, connection: Connection, urn: str, generation: int) -> None:
        remade = "update supaschema.objects set generation = %s where urn = %s and generation <> %s"
        connection.execute(remade, [generation, urn, generation])

    def _of_another(self, connection: Connection, urn: str, ids: Iterable[ObjectId]) -> tuple[ObjectId, str] | None:
        row = connection.execute(
            "select object, urn from supaschema.objects where object = any(%s) and urn <> %s order by object limit 1",
            [[id.key for id in ids], urn],
        ).fetchone()
        return None if row is None else (ObjectId.from_key(row[0]), str(row[1]))

    def record_recreated(self, connection: Connection, live: Facts) -> None:
        """Write how the server writes objects that were recreated, whoever declares them."""
        rows = [{"object": id.key, "spelling": self._sealed(definition, None)} for id, definition in live.items()]
        if not rows:
            return
        connection.execute(
            "update supaschema.objects o set spelling = r.spelling"
            "  from jsonb_to_recordset(%s) r(object text, spelling jsonb) where o.object = r.object",
            [_json(rows)],
        )

    def replace(self, connection: Connection, entries: Iterable[tuple[ObjectId, Entry]]) -> None:
        """Let the ledger hold these entries and no others: of a database that was rebuilt elsewhere."""
        rows = [
            {
                "object": id.key,
                "urn": entry.urn,
                "made": entry.made,
                "before": entry.before,
                "hash": entry.declared_hash,
                "spelling": entry.spelling,
                "major": entry.server_major,
                "generation": entry.generation,
                "former": former_names(entry.former),
                "labels": entry.labels or None,
            }
            for id, entry in entries
        ]
        with connection.transaction():
            hold_briefly(connection)
            connection.execute("delete from supaschema.objects")
            connection.execute(
                "insert into supaschema.objects"
                " (object, urn, made, before, declared_hash, spelling, server_major, generation, former, labels)"
                " select r.object, r.urn, r.made, r.before, r.hash, r.spelling, r.major, r.generation, r.former,"
                "        r.labels"
                "   from jsonb_to_recordset(%s) r(object text, urn text, made boolean, before jsonb, hash text,"
                "        spelling jsonb, major integer, generation bigint, former jsonb, labels jsonb)",
                [_json(rows)],
            )

    def take_over(self, connection: Connection, urn: str, ids: Iterable[ObjectId]) -> None:
        """Write that objects are another resource's from now on; what they were before goes along."""
        if keys := [id.key for id in ids]:
            connection.execute("update supaschema.objects set urn = %s where object = any(%s)", [urn, keys])

    def rename(self, connection: Connection, urn: str, new_urn: str) -> None:
        """Write that a resource has another URN now."""
        connection.execute("update supaschema.objects set urn = %s where urn = %s", [new_urn, urn])

    def record(
        self, connection: Connection, urn: str, server: Server, declared: Facts, live: Facts
    ) -> dict[ObjectId, Entry]:
        """Write what was declared, as a hash and as the server writes it, once it was applied; return the entries."""
        rows = [
            {
                "object": id.key,
                "hash": self._hash(definition),
                "spelling": self._sealed(live[id], definition) if id in live else None,
            }
            for id, definition in declared.items()
        ]
        connection.execute(
            "update supaschema.objects o"
            "   set declared_hash = r.hash, spelling = r.spelling, server_major = %s, recorded_at = now()"
            "  from jsonb_to_recordset(%s) r(object text, hash text, spelling jsonb)"
            " where o.object = r.object and o.urn = %s",
            [server.major, _json(rows), urn],
        )
        columns = _columns(VERSION)
        found = connection.execute(compose("select {} from supaschema.objects where urn = %s", columns), [urn])
        read = Definitions(self._definitions)
        entries = (self._entry(row, read) for row in found)
        return {id: entry.opened(live.get(id), self._secrets) for id, entry in entries}

    def forget(self, connection: Connection, urn: str, ids: Iterable[ObjectId]) -> None:
        """Take objects of a resource out of the ledger."""
        if keys := [id.key for id in ids]:
            connection.execute("delete from supaschema.objects where urn = %s and object = any(%s)", [urn, keys])

    def install(self, connection: Connection, server: Server) -> None:
        """Make the ledger where it is missing, and bring an older one up to date; nothing where this process did.

        Raises:
            OwnershipError: What is there is not to be trusted.

        """
        if self._is_installed or identity.version(connection) >= VERSION:
            self._is_installed = True
            return
        with connection.transaction():
            hold_briefly(connection)
            connection.execute("select pg_catalog.pg_advisory_xact_lock(%s)", [MAKING])
            found = identity.version(connection)
            if found >= VERSION:
                # Another resource's thread made it meanwhile.
                return
            # Made here, they are ours; made by others meanwhile, they are looked at before anything is done in them.
            connection.execute("create schema if not exists supaschema")
            connection.execute("create schema if not exists supaschema_archive")
            integrity.require(connection)
            if found:
                connection.execute(UPGRADE_FILE.read_bytes())
            connection.execute(SCHEMA_FILE.read_bytes())
            connection.execute(
                "insert into supaschema.identity (system_identifier, database_oid) values (%s, %s)"
                " on conflict do nothing",
                [server.system_identifier, server.database_oid],
            )

    @contextmanager
    def in_use(self, connection: Connection) -> Iterator[None]:
        """Keep the ledger from being removed as unused, until the block ends."""
        connection.execute("select pg_catalog.pg_advisory_lock_shared(%s)", [_IN_USE])
        try:
            yield
        finally:
            if not connection.closed:
                connection.execute("select pg_catalog.pg_advisory_unlock_shared(%s)", [_IN_USE])

    def drop_if_unused(self, connection: Connection) -> bool:
        """Remove the ledger if it holds no object and the archive holds nothing. Returns whether it did.

        While others go on with it, it stays: the last of them removes it.
        """
        with connection.transaction():
            hold_briefly(connection)
            connection.execute("select pg_catalog.pg_advisory_xact_lock(%s)", [MAKING])
            row = connection.execute("select pg_catalog.pg_try_advisory_xact_lock(%s)", [_IN_USE]).fetchone()
            if row == (False,) or not identity.exists(connection):
                return False
            row = connection.execute(
                """
                select not exists (select from supaschema.objects)
                   and not exists (select from supaschema_archive.tables)
                   and not exists (select from supaschema_archive.column_values where column_values <> '{}')
                """
            ).fetchone()
            unused = bool(row and row[0])
            if unused:
                connection.execute("drop schema supaschema cascade")
                connection.execute("drop schema supaschema_archive cascade")
                self._is_installed = False
        return unused

    def _sealed(self, definition: Definition, declared: Definition | None) -> Definition:
        return seals.sealed(definition, self._secrets, declared)

    def _hash(self, declared: Definition) -> str:
        # Salted where a secret is in it, which could be guessed by the hash of the whole.
        found = definition_hash(declared)
        return found if self._sealed(declared, declared) is declared else seals.seal(found)

    def _id(self, key: str) -> ObjectId:
        id = ObjectId.from_key(key)
        if len(id.name) < self._parts.get(id.kind, 1):
            raise no_object(key)
        return id

    def _entry(self, row: tuple[Any, ...], read: Definitions) -> tuple[ObjectId, Entry]:
        key, urn, made, before, declared_hash, spelling, major, is_sealed, generation, former, labels = row
        id = self._id(key)
        is_known = id.kind in self._definitions
        try:
            return id, Entry(
                intern(urn),
                made,
                read.definition(id.kind, before) if is_known and before is not None else None,
                declared_hash,
                _spelled(read, id.kind, spelling) if is_known and spelling is not None else None,
                major,
                is_sealed,
                generation,
                former=tuple(Former(self._id(it["object"]), it["spoken"]) for it in former or ()),
                labels=msgspec.convert(labels or (), tuple[LabelRename, ...]),
            )
        except (msgspec.ValidationError, KeyError, TypeError):
            # What it holds may be a secret, and is not told.
            raise OwnershipError(
                f"the ledger's row of {id} holds what this library does not write there: in before, former or labels.",
                where="supaschema.objects",
                remedy=f"Write into the row with the key {key} what it had, or null.",
            ) from None


_ENTER: LiteralString = """
    insert into supaschema.objects (object, urn, made, before, server_major, generation)
    select r.object, %s, r.before is null, r.before, %s, %s
      from jsonb_to_recordset(%s) r(object text, before jsonb)
        on conflict (object) do nothing
"""


def _columns(version: int) -> sql.Composable:
    return compose(
        """object, urn, made, before::text, declared_hash, spelling::text, server_major,
           pg_catalog.strpos(pg_catalog.concat(before, spelling), '"supaschema:') > 0, {}, {}, {}""",
        sql.SQL("generation" if version >= _GENERATIONS_SINCE else "0"),
        sql.SQL("former" if version >= _FORMER_SINCE else "null"),
        sql.SQL("labels" if version >= _LABELS_SINCE else "null"),
    )


def _spelled(read: Definitions, kind: str, text: str) -> Definition | None:
    # An older version may have recorded other fields. Without a spelling the server is asked again.
    try:
        return read.definition(kind, text)
    except msgspec.ValidationError:
        return None


_ARCHIVED: LiteralString = """
    select relation, null, false from supaschema_archive.tables
    union all
    select relation, column_name, added is not null from supaschema_archive.columns
"""
_ARCHIVED_TOLD: LiteralString = "select relation, column_name, coming_back from supaschema.archived()"
"""The same for a role that may not look into the archive, where rows are kept."""


def _sees_archive(connection: Connection) -> bool:
    row = connection.execute(
        """
        select pg_catalog.has_schema_privilege(n.oid, 'usage')
          from pg_catalog.pg_namespace n where n.nspname = 'supaschema_archive'
        """
    ).fetchone()
    if not (row and row[0]) and identity.version(connection) < _OPEN_SINCE:
        raise ConnectionRefused(
            "the ledger was made by an earlier version, which only its owner reads.",
            remedy="Deploy as its owner once (on Supabase: postgres): that brings it up to date.",
        )
    return bool(row and row[0])


def _split(relation: str) -> tuple[str, str]:
    schema, _, name = relation.partition(".")
    return schema, name


def _json(rows: list[dict[str, Any]]) -> Jsonb:
    return Jsonb(rows, dumps=msgspec.json.encode)

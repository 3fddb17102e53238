"""What a snapshot's file holds, and how it is written and read."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from supaschema.core.errors import SupaschemaError
from supaschema.core.model import Definition, ObjectId
from supaschema.core.plan_record import Size
from supaschema.ledger import LabelRename
from supaschema.portable.codec import Definitions, FactRow, canonical, facts_of

VERSION = 1
"""Raised where a property changes its meaning or goes."""
_OWNER_ONLY = 0o600
_MOST_BYTES = 512 << 20
"""Of its text: that may be a thousand times as large as the file, whoever made it."""
_ANOTHER = "Name a file that `python -m supaschema snapshot` has written."


Address = Annotated[tuple[str, ...], msgspec.Meta(min_length=2)]
"""A kind or a sort, and at least one part of a name."""


class _Value(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Base of what is in the file."""


class Extension(_Value, frozen=True, kw_only=True):
    """An extension that is installed."""

    name: str
    version: str
    schema: str


class ServerFacts(_Value, frozen=True, kw_only=True):
    """What the schema ran on: nothing that says where that is."""

    version: str
    major: int
    database: str
    encoding: str
    collate: str
    ctype: str
    taken_as: str
    extensions: tuple[Extension, ...]
    settings: dict[str, str]


class Role(_Value, frozen=True, kw_only=True):
    """A role of the server, without what it proves itself with."""

    name: str
    login: bool
    superuser: bool
    inherit: bool
    create_role: bool
    create_database: bool
    replication: bool
    bypass_row_security: bool


class Membership(_Value, frozen=True, kw_only=True):
    """A role that is a member of another; before PostgreSQL 16 every member may act as the role."""

    role: str
    member: str
    admin: bool
    inherits: bool
    may_set: bool


class Edge(_Value, frozen=True, kw_only=True):
    """An object, and those that stand on it: the server refuses to drop it before them."""

    object: Address
    """Its kind and the parts of its name, as each of the others; of what no kind models its sort and its name."""
    above: tuple[Address, ...]


class FormerName(_Value, frozen=True, kw_only=True):
    """What an object was called before it was renamed, and whether texts named it."""

    name: tuple[str, ...]
    spoken: bool


class Recorded(_Value, frozen=True, kw_only=True, omit_defaults=True):
    """What the ledger holds of an object."""

    kind: str
    name: tuple[str, ...]
    urn: str
    made: bool
    before: dict[str, Any] | None
    declared_hash: str | None
    """None, too, where a text of the object is left out: by its hash a short secret could be guessed."""
    spelling: dict[str, Any] | None
    server_major: int
    generation: int
    former: tuple[FormerName, ...] = ()
    labels: tuple[LabelRename, ...] = ()

    @property
    def id(self) -> ObjectId:
        """The object's address."""
        return ObjectId(self.kind, self.name)


class LedgerRows(_Value, frozen=True, kw_only=True):
    """The ledger, and of which tables and columns the archive holds rows or values."""

    entries: tuple[Recorded, ...]
    archived: tuple[Address, ...]


class NotModelled(_Value, frozen=True, kw_only=True):
    """Something in the database that no kind models: what the server calls its sort, and its name."""

    sort: str
    name: str

    @property
    def id(self) -> ObjectId:
        """Its address among the edges."""
        return ObjectId(self.sort, (self.name,))

    def __str__(self) -> str:
        """Return its sort and name."""
        return f"{self.sort} {self.name}"


class SnapshotFile(_Value, frozen=True, kw_only=True):
    """A database's structure.

    Attributes:
        version: The version of this form.
        taken_at: When, in UTC. All else is the same for two snapshots of a database that nothing happened to.
        fingerprint: Of the facts, and of who declares what in which generation: another one: the file is stale.
        server: What it ran on.
        facts: Every object; columns in the order of their table.
        edges: What stands on what, on what no kind models too.
        ledger: None: there is no ledger.
        tables: By relation, `schema.name`, how large it is and how much it was used.
        last_reads: By table when it was last read, in UTC; PostgreSQL tells it from 16 on.
        roles: The server's roles.
        memberships: Which of them is a member of which.
        not_modelled: What else there is.
        not_modelled_hashes: Of those of them of which the server tells all that they are, a hash of that, by sort and
            name. Settings have none: by that of a short value it could be guessed.
        not_read: Kinds of which the role that took the snapshot is not shown the objects.
        state: The stack's state as `pulumi stack export` gives it, without its secrets; None: it was not asked for.

    """

    version: int
    taken_at: str
    fingerprint: str
    server: ServerFacts
    facts: tuple[FactRow, ...]
    edges: tuple[Edge, ...]
    ledger: LedgerRows | None
    tables: dict[str, Size]
    last_reads: dict[str, str]
    roles: tuple[Role, ...]
    memberships: tuple[Membership, ...]
    not_modelled: tuple[NotModelled, ...]
    not_read: tuple[str, ...]
    state: dict[str, Any] | None
    not_modelled_hashes: dict[str, str] = msgspec.field(default_factory=dict)

    def objects(self, definitions: Definitions) -> Mapping[ObjectId, Definition]:
        """Return the facts as the engine has them.

        Raises:
            SupaschemaError: One of them is none of this version's.

        """
        return facts_of(self.facts, definitions)

    def written(self) -> bytes:
        """Return the file: JSON with its keys in order, compressed, with no time and no name of a file within."""
        return gzip.compress(canonical(msgspec.to_builtins(self)), mtime=0)


def fingerprint(facts: tuple[FactRow, ...], ledger: LedgerRows | None) -> str:
    """Return what tells whether a snapshot is of what is live."""
    entries = (
        [] if ledger is None else [[*item.id.name, item.kind, item.urn, item.generation] for item in ledger.entries]
    )
    told = canonical({"facts": msgspec.to_builtins(facts), "ledger": entries})
    return hashlib.sha256(told).hexdigest()


def save(snapshot: SnapshotFile, path: Path) -> None:
    """Write a snapshot's file, for its owner's eyes, in the place of an earlier one.

    Raises:
        SupaschemaError: It cannot be written.

    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as file:
            file.write(snapshot.written())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise SupaschemaError(f"it cannot be written: {error.strerror}.", where=str(path)) from None


def load(path: Path) -> SnapshotFile:
    """Read a snapshot's file.

    Raises:
        SupaschemaError: There is no such file, it is none, or of a version that is not known.

    """
    try:
        with gzip.open(path) as file:
            text = file.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES:
            raise SupaschemaError(f"it holds more than {_MOST_BYTES >> 20} MB.", where=str(path), remedy=_ANOTHER)
        return parsed(text)
    except OSError as error:
        why = error.strerror or "it is not compressed as one"
        raise SupaschemaError(f"it cannot be read: {why}.", where=str(path), remedy=_ANOTHER) from None
    except (EOFError, zlib.error):
        raise SupaschemaError("it is not whole.", where=str(path), remedy=_ANOTHER) from None
    except RecursionError:
        raise SupaschemaError("a value in it is nested too deep.", where=str(path), remedy=_ANOTHER) from None
    except ValueError as error:
        # Of msgspec, and of a text in no encoding.
        raise SupaschemaError(f"it is no snapshot: {error}.", where=str(path), remedy=_ANOTHER) from None


def parsed(text: bytes) -> SnapshotFile:
    """Return the snapshot that a text of JSON is.

    Raises:
        SupaschemaError: It is of a version that is not known.
        msgspec.MsgspecError: It is none.

    """
    version = msgspec.json.decode(text, type=_Versioned).version
    if version != VERSION:
        what = f"the snapshot is of version {version}, and this program reads version {VERSION}."
        raise SupaschemaError(what, remedy="Read it with the program that took it, or take another one.")
    return msgspec.json.decode(text, type=SnapshotFile)


class _Versioned(msgspec.Struct, frozen=True, kw_only=True):
    version: int

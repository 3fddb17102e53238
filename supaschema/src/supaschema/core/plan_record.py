"""A plan as a line of JSON, for programs: what reports are made of. Nothing reads the words of a preview.

With `SUPASCHEMA_PLAN_RECORD=FILE` the provider appends each plan that a preview tells. Version 1; a later one may add
properties, and has another number where one changes its meaning or goes.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Container, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from supaschema.core.errors import SupaschemaError
from supaschema.core.model import Definition, Delta, HazardNote, ObjectId, Plan, Statement

VARIABLE = "SUPASCHEMA_PLAN_RECORD"
"""The environment variable that names the file."""
VERSION = 1
_OWNER_ONLY = 0o600


class _Value(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of what is recorded."""


class Named(_Value, frozen=True, kw_only=True):
    """An object of the catalog: its kind and the parts of its name."""

    kind: str
    name: tuple[str, ...]


class Difference(_Value, frozen=True, kw_only=True):
    """What an object is now, and what it is to be; None: it is not there, or shall not be."""

    object: Named
    old: dict[str, Any] | None
    new: dict[str, Any] | None


class TakenLock(_Value, frozen=True, kw_only=True):
    """A lock on a relation, and whether it is held while all of that is read or rewritten."""

    relation: str
    mode: str
    scans: bool
    rewrites: bool


class Risk(_Value, frozen=True, kw_only=True):
    """A hazard, in a sentence, and whether the stack refuses it for want of a consent."""

    hazard: str
    sentence: str
    refused: bool


class Step(_Value, frozen=True, kw_only=True):
    """A statement: how it runs, what it is for and which object it is about."""

    sql: str
    mode: str
    phase: str | None
    about: Named | None
    locks: tuple[TakenLock, ...]
    hazards: tuple[Risk, ...]


class Size(_Value, frozen=True, kw_only=True):
    """A relation as the server's statistics have it.

    `rows` as last estimated (-1: never), `bytes` with indexes and TOAST, `reads` and `writes` since statistics began.
    """

    rows: int
    bytes: int
    reads: int
    writes: int


class PlanRecord(_Value, frozen=True, kw_only=True):
    """The plan of one resource."""

    version: int = VERSION
    urn: str
    verb: str
    """`create`, `update` or `delete`."""
    differences: tuple[Difference, ...]
    steps: tuple[Step, ...]
    notes: tuple[str, ...]
    relations: dict[str, Size]
    """Those that are locked and there."""


def recorded(
    plan: Plan,
    urn: str,
    verb: str,
    *,
    refused: Iterable[HazardNote],
    sizes: Mapping[str, Size],
    masked: Callable[[str], str],
    sealed: Container[ObjectId] = (),
) -> PlanRecord:
    """Return the record of a plan.

    Args:
        plan: What would be run.
        urn: The resource.
        verb: `create`, `update` or `delete`.
        refused: The hazards that lack consent.
        sizes: The locked relations, as the statistics have them.
        masked: Gives a text without the secrets in it.
        sealed: Objects that hold a secret which `masked` may not know: what they are is left out.

    """
    missing = frozenset(refused)
    return PlanRecord(
        urn=urn,
        verb=verb,
        differences=tuple(_difference(delta, masked, is_sealed=delta.id in sealed) for delta in plan.deltas),
        steps=tuple(_step(statement, missing, masked) for statement in plan.statements),
        notes=tuple(masked(note) for note in plan.notes),
        relations=dict(sizes),
    )


def append(record: PlanRecord, path: Path) -> None:
    """Append a record to a file that only its owner reads; processes may do so at the same time.

    Raises:
        SupaschemaError: The file cannot be written, or is not ours alone.

    """
    text = msgspec.json.encode(record) + b"\n"
    try:
        # A pipe that nobody reads would be waited for.
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
        with os.fdopen(os.open(path, flags, _OWNER_ONLY), "wb", buffering=0) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
                # Whoever owns it reads it; and what is no file may be everybody's, as /dev/null is.
                what = f"{VARIABLE} names what is no file of this user's own."
                raise SupaschemaError(what, remedy="Name a file that does not exist yet.")
            os.fchmod(file.fileno(), _OWNER_ONLY)
            file.write(text)
    except OSError as error:
        what = f"{VARIABLE} names a file that cannot be written: {error.strerror}."
        raise SupaschemaError(what, remedy="Name a file in a folder that exists.") from None


def read(path: Path) -> tuple[PlanRecord, ...]:
    """Return the records of a file; none where there is no file.

    Raises:
        SupaschemaError: A line is no record of this version.

    """
    if not path.exists():
        return ()
    try:
        return tuple(msgspec.json.decode(line, type=PlanRecord) for line in path.read_bytes().splitlines())
    except (msgspec.MsgspecError, UnicodeError, OSError):
        what = f"the file that {VARIABLE} names holds what is no plan record of version {VERSION}."
        raise SupaschemaError(
            what, remedy="See whether the program writes to it, or a provider of another version."
        ) from None


def _difference(delta: Delta, masked: Callable[[str], str], *, is_sealed: bool) -> Difference:
    old, new = (_plain(definition, masked) for definition in (delta.old, delta.new))
    if is_sealed:
        old, new = (None if definition is None else {} for definition in (old, new))
    return Difference(object=_named(delta.id), old=old, new=new)


def _step(statement: Statement, missing: frozenset[HazardNote], masked: Callable[[str], str]) -> Step:
    return Step(
        sql=masked(statement.text.strip()),
        mode=statement.mode.value,
        phase=None if statement.phase is None else statement.phase.name.lower(),
        about=None if statement.about is None else _named(statement.about),
        locks=tuple(
            TakenLock(relation=lock.relation, mode=lock.mode.value, scans=lock.scans, rewrites=lock.rewrites)
            for lock in statement.locks
        ),
        hazards=tuple(
            Risk(hazard=note.hazard.value, sentence=masked(note.sentence), refused=note in missing)
            for note in statement.hazards
        ),
    )


def _named(id: ObjectId) -> Named:
    return Named(kind=id.kind, name=id.name)


def _plain(definition: Definition | None, masked: Callable[[str], str]) -> dict[str, Any] | None:
    if definition is None:
        return None
    plain: dict[str, Any] = _masked(msgspec.to_builtins(definition), masked)
    return plain


def _masked(value: Any, masked: Callable[[str], str]) -> Any:
    match value:
        case str():
            return masked(value)
        case dict():
            return {key: _masked(item, masked) for key, item in value.items()}
        case list() | tuple():
            return [_masked(item, masked) for item in value]
        case _:
            return value

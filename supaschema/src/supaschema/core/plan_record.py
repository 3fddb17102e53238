"""A plan as a line of JSON, for programs: what reports are made of. Nothing reads the words of a preview.

With `SUPASCHEMA_PLAN_RECORD=FILE` the provider appends each plan that a preview tells. Version 1; a later one may add
properties, and has another number where one changes its meaning or goes.
"""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from supaschema.core.errors import SupaschemaError
from supaschema.core.model import Definition, Delta, HazardNote, Held, ObjectId, Plan, Statement

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
    aside: bool = False
    """Whether it is not the resource's own, and stands aside while something changes beneath it."""
    eased: bool = False
    """Whether it stands aside without being dropped: it lets go of what changes until that is done."""
    drifted: bool = False
    """Whether somebody else changed it since it was deployed: what it is now, the plan overwrites."""


class NewName(_Value, frozen=True, kw_only=True):
    """An object that gets another name: it is of one kind, before and after."""

    old: Named
    new: Named


class TakenLock(_Value, frozen=True, kw_only=True):
    """A lock on a relation, and whether it is held while all of that is read or rewritten."""

    relation: str
    mode: str
    scans: bool
    rewrites: bool


class Holding(_Value, frozen=True, kw_only=True):
    """What a sentence counts: whose it is, the relation that has it, what one is called, and what becomes of them."""

    holder: str
    relation: str
    unit: str
    consequence: str


class Risk(_Value, frozen=True, kw_only=True):
    """A hazard, in a sentence, and whether the stack refuses it for want of a consent."""

    hazard: str
    sentence: str
    refused: bool
    consented: bool = False
    """Whether it needs consent, and the stack gives it."""
    held: Holding | None = None
    """What the sentence counts."""


class Step(_Value, frozen=True, kw_only=True):
    """A statement: how it runs, what it is for and which object it is about."""

    sql: str
    mode: str
    phase: str | None
    about: Named | None
    aside: bool = False
    """Whether it is about an object that stands aside."""
    upkeep: bool = False
    """Whether it is the archive's own work around a change that another statement makes."""
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
    asked: tuple[str, ...] = ()
    """What rows must not be, which is asked of them before the first statement."""
    renames: tuple[NewName, ...] = ()


@dataclass(frozen=True)
class Known:
    """What is known of a plan beside it.

    Attributes:
        refused: The hazards that lack consent.
        sizes: The locked relations, as the statistics have them.
        masked: Gives a text without the secrets in it.
        sealed: Objects that hold a secret which `masked` may not know: what they are is left out.
        own: The resource's own objects, what others make stands aside; None: all are.
        drifted: Objects that somebody else changed since they were deployed.
        renames: What the plan renames, each with its new name.

    """

    refused: Collection[HazardNote]
    sizes: Mapping[str, Size]
    masked: Callable[[str], str]
    sealed: Container[ObjectId] = ()
    own: Container[ObjectId] | None = None
    drifted: Container[ObjectId] = ()
    renames: tuple[tuple[ObjectId, ObjectId], ...] = ()

    def is_aside(self, id: ObjectId | None) -> bool:
        """Return whether an object is not the resource's own."""
        return id is not None and self.own is not None and id not in self.own


def recorded(plan: Plan, urn: str, verb: str, known: Known) -> PlanRecord:
    """Return the record of a plan.

    Args:
        plan: What would be run.
        urn: The resource.
        verb: `create`, `update` or `delete`.
        known: What is known of it.

    """
    return PlanRecord(
        urn=urn,
        verb=verb,
        differences=tuple(
            _difference(delta, known, eased=delta.id in plan.eased)
            for delta in plan.deltas
            # What goes with a recreated object of the resource and comes back as it was is no difference.
            if known.is_aside(delta.id) or delta.old != delta.new
        ),
        steps=tuple(_step(statement, known) for statement in plan.statements),
        notes=tuple(known.masked(note) for note in plan.notes),
        relations=dict(known.sizes),
        asked=tuple(dict.fromkeys(known.masked(each.reason) for each in plan.preconditions)),
        renames=tuple(NewName(old=_named(old), new=_named(new)) for old, new in known.renames),
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


def _difference(delta: Delta, known: Known, *, eased: bool) -> Difference:
    old, new = (_plain(definition, known.masked) for definition in (delta.old, delta.new))
    if delta.id in known.sealed:
        old, new = (None if definition is None else {} for definition in (old, new))
    return Difference(
        object=_named(delta.id),
        old=old,
        new=new,
        aside=known.is_aside(delta.id),
        eased=eased,
        drifted=delta.id in known.drifted,
    )


def _step(statement: Statement, known: Known) -> Step:
    return Step(
        sql=known.masked(statement.text.strip()),
        mode=statement.mode.value,
        phase=None if statement.phase is None else statement.phase.name.lower(),
        about=None if statement.about is None else _named(statement.about),
        aside=known.is_aside(statement.about),
        upkeep=statement.upkeep,
        locks=tuple(
            TakenLock(relation=lock.relation, mode=lock.mode.value, scans=lock.scans, rewrites=lock.rewrites)
            for lock in statement.locks
        ),
        hazards=tuple(_risk(note, known) for note in statement.hazards),
    )


def _risk(note: HazardNote, known: Known) -> Risk:
    refused = note in known.refused
    return Risk(
        hazard=note.hazard.value,
        sentence=known.masked(note.sentence),
        refused=refused,
        consented=note.hazard.needs_consent and not refused,
        held=None if note.held is None else _holding(note.held, known.masked),
    )


def _holding(held: Held, masked: Callable[[str], str]) -> Holding:
    return Holding(
        holder=masked(held.holder),
        relation=masked(held.relation),
        unit=held.unit,
        consequence=masked(held.consequence),
    )


def _named(id: ObjectId) -> Named:
    return Named(kind=id.kind, name=id.name)


def _plain(definition: Definition | None, masked: Callable[[str], str]) -> dict[str, Any] | None:
    if definition is None:
        return None
    plain: dict[str, Any] = _masked(msgspec.to_builtins(definition), masked)
    # A default that the server told is left out as one that nobody declared is: else it would be read as a change.
    defaults = _defaults(type(definition))
    told = {key for name, key, default in defaults if getattr(definition, name) == default}
    return {key: value for key, value in plain.items() if key not in told}


@functools.cache
def _defaults(definition: type[Definition]) -> tuple[tuple[str, str, Any], ...]:
    # To ask for it takes a millisecond, and a plan may be of thousands of objects.
    return tuple((field.name, field.encode_name, field.default) for field in msgspec.structs.fields(definition))


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

"""There and back: one database goes from a world to its twin and home again, and is looked at each time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from harness import observe
from harness.run import Way, faults, faults_of_refusal
from harness.sides import Maker, Side, new_pipeline
from soak.pairs import Pair
from soak.renamed import renames
from soak.render import holders, path
from soak.world import World
from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.kinds.column import Column
from supaschema.kinds.constraint_definition import Constraint

_NO_LIKE = "rows: a value has no like in the wanted type"
_REFUSED = "refused: "
_PRIMARY_KEY = "p"


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a pair.

    Attributes:
        faults: What is wrong with it, by the way on which it was found.
        refused: Why a way was refused, which ends the pair.

    """

    faults: tuple[str, ...] = ()
    refused: str | None = None


class NotMade(Exception):
    """The server does not take a world's SQL: the generator is wrong, not the engine."""


def outcome(maker: Maker, pair: Pair, number: int) -> Outcome:
    """Return what comes of a pair in databases of its own.

    Raises:
        NotMade: The server does not take the SQL of a side.

    """
    names = [f"soak_{number}_{side}" for side in "ab"]
    try:
        with _side(maker, pair, "a", names[0]) as a, _side(maker, pair, "b", names[1]) as b:
            return _there_and_back(maker, pair, a, b)
    finally:
        for name in names:
            maker.drop(name)


@contextmanager
def _side(maker: Maker, pair: Pair, side: str, name: str) -> Iterator[Side]:
    try:
        made = maker.side(pair, side, name)
    except psycopg.Error as error:
        raise NotMade(f"{error}{pair!r}") from error
    try:
        yield made
    finally:
        made.engine.close()


def _there_and_back(maker: Maker, pair: Pair, a: Side, b: Side) -> Outcome:
    out = Way(a, b, maker.server.binaries, renames(pair, b.facts))
    own = _kept_columns(out)
    with a.superuser() as connection:
        rows = observe.values(connection, own, converted=False)
    there = _of(out, _losing(pair.a, pair.b))
    if there.faults or there.refused:
        return there
    back = _home(out, _losing(pair.b, pair.a))
    if back.faults or back.refused:
        return back
    with a.superuser() as connection:
        after = observe.values(connection, own, converted=False)
    lost = [
        f"lost: {'.'.join(name)}: {it}, and {after[name]} at home" for name, it in rows.items() if after[name] != it
    ]
    return Outcome(tuple(lost))


def _kept_columns(way: Way) -> observe.Shared:
    """Return the columns whose values must be there again at home.

    A conversion may spell them in another way; what goes from rows without a primary key is lost, by consent.
    """
    called, wanted = way.renamed.id, way.target.facts
    before = way.source.facts
    keyed = {id.name[:2] for id, it in before.items() if isinstance(it, Constraint) and it.type == _PRIMARY_KEY}

    def is_same(id: ObjectId) -> bool:
        new, old = wanted.get(called(id)), before[id]
        if isinstance(old, Column) and new is None:
            return id.name[:2] in keyed
        return not isinstance(old, Column) or not isinstance(new, Column) or new.type == old.type

    return observe.shared_columns(*[{id: it for id, it in before.items() if is_same(id)}] * 2)


def _losing(before: World, after: World) -> frozenset[str]:
    """Return the tables that give other rows, for one goes from beneath them or comes back, as faults begin of them."""
    ways = ((before, after), (after, before))
    gone = [it for one, other in ways for it in one.made_by("partition", "heir") if it.key not in other]
    above = {key for it in gone for key in holders(it) if key != it.key and key in after}
    return frozenset(f"rows: {'.'.join(path(after, key))}: " for key in above)


def _of(way: Way, losing: frozenset[str]) -> Outcome:
    found = [fault for fault in faults(way) if not fault.startswith(tuple(losing))]
    if found and found[0].startswith(_NO_LIKE):
        # What cannot be converted is refused.
        found = faults_of_refusal(way, "")
        return Outcome(tuple(found), "a value has no like")
    if len(found) == 1 and found[0].startswith(_REFUSED):
        return Outcome(refused=found[0].removeprefix(_REFUSED))
    return Outcome(tuple(found))


def _home(out: Way, losing: frozenset[str]) -> Outcome:
    with out.source.superuser() as connection:
        connection.execute("drop schema corpus_watch cascade")
    engine = new_pipeline(out.source.url)
    try:
        engine.state.everything()
        here = dataclasses.replace(
            out.target, url=out.source.url, superuser_url=out.source.superuser_url, engine=engine
        )
        home = Way(here, out.source, out.binaries, _reversed(out.renames))
        found = _of(home, losing)
    finally:
        engine.close()
    return Outcome(tuple(f"home: {fault}" for fault in found.faults), found.refused and f"home: {found.refused}")


def _reversed(pairs: tuple[Rename, ...]) -> tuple[Rename, ...]:
    return tuple(pair.reversed for pair in reversed(pairs))

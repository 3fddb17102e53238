"""Resources that refer to each other are worked on in that order, however the engine begins."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping

import pytest

from supaschema.core.errors import DependencyError, NotThereError
from supaschema.declarations import Backfill, Column, Declaration, Index, Policy, PolicyCommand, TablePatch
from supaschema.engine.declared import Declared
from supaschema.provider import turns
from supaschema.provider.turns import Turns
from supaschema.registry import KINDS, RESOURCES
from tests.support.declared import TITLE, notes


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nobody for long."""
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(turns, "GRACE_SECONDS", 0.1)


def order(makers: Mapping[str, frozenset[str]], begun: str, refused: Callable[[str, list[str]], bool]) -> list[str]:
    """Return the resources, one letter each, in the order in which their work ends; all begin at once."""
    ended: list[str] = []

    def told(urn: str) -> frozenset[str]:
        return makers.get(urn, frozenset())

    def work(urn: str) -> Callable[[], Awaitable[None]]:
        async def done() -> None:
            await asyncio.sleep(0.01)
            if refused(urn, ended):
                raise NotThereError("it is not there.")
            ended.append(urn)

        return done

    async def run() -> None:
        found = Turns()
        await asyncio.gather(*(found.take(urn, functools.partial(told, urn), work(urn)) for urn in begun))

    asyncio.run(run())
    return ended


def never(_urn: str, _ended: list[str]) -> bool:
    return False


def test_what_is_referred_to_comes_first():
    assert order({"a": frozenset("b"), "b": frozenset("c")}, "abc", never) == ["c", "b", "a"]


def test_of_a_circle_one_begins():
    assert sorted(order({"a": frozenset("b"), "b": frozenset("a")}, "ab", never)) == ["a", "b"]


def test_nobody_waits_for_one_that_does_not_come():
    assert order({"a": frozenset("z")}, "ab", never) == ["b", "a"]


@pytest.mark.parametrize(("changes", "times"), [(True, 1), (False, 2)])
def test_what_changes_nothing_is_done_again_after_what_was_told_meanwhile(changes: bool, times: int):  # noqa: FBT001 - a case
    told: set[str] = set()
    done: list[str] = []

    async def work() -> None:
        done.append("a")
        told.add("b")

    async def other() -> None:
        await asyncio.sleep(0.01)
        done.append("b")

    async def run() -> None:
        found = Turns()
        first = found.take("a", lambda: frozenset(told), work, changes=changes)
        await asyncio.gather(first, found.take("b", frozenset, other))

    asyncio.run(run())
    assert done.count("a") == times
    assert done[-1] == ("b" if changes else "a")


def test_what_is_told_only_later_is_waited_for_once_it_is_missing():
    late: dict[str, frozenset[str]] = {}

    def missing(urn: str, ended: list[str]) -> bool:
        late["a"] = frozenset("b")
        return urn == "a" and "b" not in ended

    assert order(late, "ab", missing) == ["b", "a"]
    with pytest.raises(NotThereError):
        order({}, "a", lambda _urn, _ended: True)


def test_what_something_stands_on_goes_after_what_is_removed_at_the_same_time() -> None:
    ended: list[str] = []

    async def remove(urn: str, beneath: str) -> None:
        await asyncio.sleep(0.01)
        if not set(beneath) <= set(ended):
            raise DependencyError("something stands on it.")
        ended.append(urn)

    async def run(**above: str) -> None:
        found = Turns()
        await asyncio.gather(*(found.leave(urn, functools.partial(remove, urn, it)) for urn, it in above.items()))

    asyncio.run(run(a="b", b="c", c=""))
    assert ended == ["c", "b", "a"]
    with pytest.raises(DependencyError):
        asyncio.run(run(d="z"))


def test_a_table_is_made_by_its_own_resource_alone():
    declared = Declared(KINDS)
    program: dict[str, Declaration] = {
        "table": notes("notes", TITLE),
        "values": Backfill(name="filled", table="notes", assignments={"title": "'x'"}, where="title is null"),
        "index": Index(name="titles", table="notes", keys=("title",)),
    }
    for urn, item in program.items():
        declared.declare(urn, tuple(RESOURCES[f"supaschema:index:{type(item).__name__}"].facts(item)))

    assert {urn: declared.makers(urn) for urn in program} == {
        "table": frozenset(),
        "values": {"table"},
        "index": {"table"},
    }


def test_what_names_a_column_comes_after_the_patch_that_makes_it():
    declared = Declared(KINDS)
    program: dict[str, Declaration] = {
        "patch": TablePatch(table="notes", columns=(Column(name="sent_at", type="timestamptz"),)),
        "index": Index(name="sent", table="notes", keys=("sent_at",)),
        "policy": Policy(
            name="sent", table="notes", command=PolicyCommand.SELECT, to=("authenticated",), using="sent_at < now()"
        ),
        "values": Backfill(name="sent", table="notes", assignments={"sent_at": "now()"}, where="sent_at is null"),
        "other": Index(name="titles", table="notes", keys=("title",)),
        "elsewhere": Index(name="others_sent", table="others", keys=("sent_at",)),
    }
    for urn, item in program.items():
        declared.declare(urn, tuple(RESOURCES[f"supaschema:index:{type(item).__name__}"].facts(item)))

    assert {urn for urn in program if declared.makers(urn) == {"patch"}} == {"index", "policy", "values"}
    assert {urn for urn in program if not declared.makers(urn)} == {"patch", "other", "elsewhere"}

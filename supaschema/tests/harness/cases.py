"""The cases of the corpus: two databases as SQL, and what is known of the way from one to the other."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
UNSOLVED = CORPUS / "unsolved.toml"

_REFUSED = re.compile(r"^-- refused: (.+)$", re.MULTILINE)
_UNCHANGED = re.compile(r"^-- unchanged$", re.MULTILINE)
_RETURNS = re.compile(r"^-- returns$", re.MULTILINE)
_BY_SUPERUSER = re.compile(r"^-- by: superuser$", re.MULTILINE)
_NEEDS_ICU = re.compile(r"^-- needs: icu$", re.MULTILINE)
_SINCE = re.compile(r"^-- since: (\d+)$", re.MULTILINE)


class Direction(Enum):
    """Which of a case's two files is what is live, and which is what is wanted."""

    FORWARD = "forward"
    BACK = "back"
    RETURN = "return"
    """Forward and then home, in one database."""

    @property
    def source(self) -> str:
        """The side that is live."""
        return "b" if self is Direction.BACK else "a"

    @property
    def target(self) -> str:
        """The side that is wanted."""
        return "a" if self is Direction.BACK else "b"


@dataclass(frozen=True, slots=True)
class Case:
    """A pair of databases.

    Attributes:
        name: Its folder below the corpus, such as `view/gains_column`.

    """

    name: str

    def sql(self, side: str) -> str:
        """Return the SQL that makes side `a` or `b` in an empty database."""
        return (CORPUS / self.name / f"{side}.sql").read_text(encoding="utf-8")

    def refusal(self, direction: Direction) -> str | None:
        """Return words of the message with which the preview must refuse the way to a side; None: it must go there.

        The side's file has the line `-- refused: words`.
        """
        found = _REFUSED.search(self.sql(direction.target))
        return found[1] if found else None

    def unchanged(self, direction: Direction) -> bool:
        """Return whether the way to a side must be empty: its file, which has the line `-- unchanged`, says the same.

        How a dump spells it need not be the same.
        """
        return bool(_UNCHANGED.search(self.sql(direction.target)))

    def renames(self, direction: Direction) -> tuple[Rename, ...]:
        """Return the renames of the way, from the case's `renames.toml` if it has one: it names them for the way to b.

        Each has a `kind`, and as parts of its names `old` and `new`, beneath a renamed object as that is called then.
        """
        file = CORPUS / self.name / "renames.toml"
        items = tomllib.loads(file.read_text(encoding="utf-8"))["renames"] if file.exists() else []
        found = []
        for item in items:
            old, new = (ObjectId(item["kind"], tuple(item[side])) for side in ("old", "new"))
            found.append(Rename(old, new, is_spoken=item.get("spoken", True)))
        return tuple(pair.reversed for pair in reversed(found)) if direction is Direction.BACK else tuple(found)

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The directions to try: a way that keeps something aside, with the line `-- returns` in a.sql, home too."""
        ways = (Direction.FORWARD, Direction.BACK)
        return (*ways, Direction.RETURN) if _RETURNS.search(self.sql("a")) else ways

    @property
    def by_superuser(self) -> bool:
        """Return whether a superuser runs the case's SQL and deploys, for a.sql has the line `-- by: superuser`."""
        return bool(_BY_SUPERUSER.search(self.sql("a")))

    @property
    def needs_icu(self) -> bool:
        """Return whether the server has to be built with ICU, for a.sql has the line `-- needs: icu`."""
        return bool(_NEEDS_ICU.search(self.sql("a")))

    @property
    def since(self) -> int:
        """The first major version of PostgreSQL that takes the case's SQL, from the line `-- since: 18` of a file."""
        return max((int(found) for side in "ab" for found in _SINCE.findall(self.sql(side))), default=0)


@dataclass(frozen=True, slots=True)
class Unsolved:
    """A direction that is known not to pass yet.

    Attributes:
        case: The case's name.
        direction: Which way.
        reason: What happens today.
        majors: The major versions of PostgreSQL on which it does not pass; empty: all.

    """

    case: str
    direction: Direction
    reason: str
    majors: tuple[int, ...] = ()

    def concerns(self, case: Case, direction: Direction, major: int) -> bool:
        """Return whether this is about a direction of a case on a server."""
        return (self.case, self.direction) == (case.name, direction) and (not self.majors or major in self.majors)


def cases() -> list[Case]:
    """Return every case, by name."""
    return sorted(_found(), key=lambda case: case.name)


def _found() -> Iterator[Case]:
    for file in CORPUS.glob("*/*/a.sql"):
        yield Case(str(file.parent.relative_to(CORPUS)))


def unsolved() -> list[Unsolved]:
    """Return what is known not to pass yet."""
    entries = tomllib.loads(UNSOLVED.read_text(encoding="utf-8"))["unsolved"]
    return [
        Unsolved(item["case"], Direction(item["direction"]), item["reason"], tuple(item.get("majors", ())))
        for item in entries
    ]

"""The rules that a program may be let off from, with a reason: what they object to works, and is hardly ever meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Lint(StrEnum):
    """A rule, by what it objects to."""

    NO_PRIMARY_KEY = "no-primary-key"
    DUPLICATE_INDEX = "duplicate-index"
    TYPE_OF_ONE_SERVER = "type-of-one-server"
    FOREIGN_KEY_TO_AUTH = "foreign-key-to-auth"
    STAR_IN_QUERY = "star-in-query"
    OVERLAPPING_POLICIES = "overlapping-policies"
    CALL_FOR_EVERY_ROW = "call-for-every-row"
    CALL_IN_LIST = "call-in-list"
    GRANT_WITHOUT_POLICY = "grant-without-policy"
    COLUMN_OF_NO_TABLE = "column-of-no-table"
    WRITES_ANY_ROW = "writes-any-row"
    NOBODY_SIGNED_IN = "nobody-signed-in"
    USER_METADATA = "user-metadata"
    GRANT_PAST_POLICIES = "grant-past-policies"
    NO_ROW_SECURITY = "no-row-security"
    VIEW_PAST_POLICIES = "view-past-policies"
    SEARCH_PATH = "search-path"
    DEFINER_IN_API = "definer-in-api"
    OPEN_STORAGE = "open-storage"
    DECLARABLE_STATEMENT = "declarable-statement"

    @property
    def guards(self) -> bool:
        """Whether it keeps people from rows and rights that are not theirs."""
        return self not in _OF_TIDINESS


_OF_TIDINESS = frozenset(
    {
        Lint.NO_PRIMARY_KEY,
        Lint.DUPLICATE_INDEX,
        Lint.TYPE_OF_ONE_SERVER,
        Lint.FOREIGN_KEY_TO_AUTH,
        Lint.STAR_IN_QUERY,
        Lint.OVERLAPPING_POLICIES,
        Lint.CALL_FOR_EVERY_ROW,
        Lint.CALL_IN_LIST,
        Lint.GRANT_WITHOUT_POLICY,
        Lint.DECLARABLE_STATEMENT,
    }
)


class Level(StrEnum):
    """What becomes of what a rule objects to: it is refused, told, or neither."""

    ERROR = "error"
    WARN = "warn"
    OFF = "off"


@dataclass(frozen=True)
class LintLevel:
    """What a stack says of a rule.

    Attributes:
        lint: The rule.
        level: Its level.
        reason: Why.
        resource: The resource that it is said of, or a member of a set (`Table public.jobs`); None: all.

    """

    lint: Lint
    level: Level
    reason: str
    resource: str | None = None


def level_of(lint: Lint, names: Collection[str], levels: Iterable[LintLevel]) -> LintLevel | None:
    """Return what a stack says of a rule for an object; None: nothing, and it is an error.

    What is said of one object counts before what is said of all.

    Args:
        lint: The rule.
        names: The object's names: its resource's, and its own in a set.
        levels: What the stack says.

    """
    said = [item for item in levels if item.lint is lint]
    own = [item for item in said if item.resource in names]
    found = own or [item for item in said if item.resource is None]
    return found[-1] if found else None


def let_off(levels: Iterable[LintLevel]) -> Iterator[str]:
    """Yield a sentence on each rule that is no error in this stack."""
    for item in levels:
        if item.level is not Level.ERROR:
            where = f"for {item.resource}" if item.resource else "in this stack"
            yield f"lint {item.lint} is {_WORDS[item.level]} {where}: {item.reason}"


_WORDS = {Level.WARN: "only a warning", Level.OFF: "off"}

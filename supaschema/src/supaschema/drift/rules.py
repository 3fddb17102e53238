"""Rules: which findings are left out, only reported, or fail; each with a reason, and where wanted until a day.

A file of TOML:

    [[rule]]
    object = "schema grants private to schema_auditor"   # a pattern for the finding's object; `*` and `?`
    list = "unmanaged"                               # optional: of this list only
    stack = "prod"                                   # optional: where the ledger has this stack only
    level = "ignore"                                 # ignore, report or fail
    reason = "Machine roles are granted what they need by the stack's own program."
    until = 2027-01-31                               # optional: the last day on which it holds
"""

from __future__ import annotations

import datetime
import fnmatch
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.drift.model import Finding, Level, Topic

_KEYS = {"object", "list", "stack", "level", "reason", "until"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; of several that fit, the last one holds."""

    object: str
    level: Level
    reason: str
    topic: Topic | None = None
    stack: str | None = None
    until: datetime.date | None = None

    def fits(self, item: Finding, stacks: Collection[str], today: datetime.date) -> bool:
        """Return whether it is about a finding today, in a database of these stacks."""
        in_time = self.until is None or today <= self.until
        here = self.stack is None or any(self.stack in (stack, stack.partition("::")[0]) for stack in stacks)
        of_list = self.topic in (None, item.topic)
        return in_time and here and of_list and fnmatch.fnmatchcase(item.title, _pattern(self.object))


def _pattern(text: str) -> str:
    # `*` and `?` alone mean more than themselves: the type of an argument may be an array.
    return text.replace("[", "[[]")


def read(path: Path) -> tuple[Rule, ...]:
    """Return the rules of a file.

    Raises:
        DeclarationError: It cannot be read, or a rule is none.

    """
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DeclarationError(f"{path} cannot be read: {error}.", remedy="Mend the file.") from None
    rules = value.get("rule", [])
    if set(value) - {"rule"} or not isinstance(rules, list) or not all(isinstance(each, dict) for each in rules):
        raise DeclarationError(f"{path} holds more than rules.", remedy="Write [[rule]] before each rule.")
    return tuple(_rule(path, number, each) for number, each in enumerate(rules, 1))


def applied(item: Finding, rules: Collection[Rule], stacks: Collection[str], today: datetime.date) -> Finding:
    """Return a finding with the level that the rules give it."""
    for rule in reversed([*rules]):
        if rule.fits(item, stacks, today):
            return replace(item, level=rule.level, reason=rule.reason)
    return item


def _rule(path: Path, number: int, value: Mapping[str, Any]) -> Rule:
    def refused(what: str, remedy: str) -> DeclarationError:
        return DeclarationError(f"{path}: rule {number} {what}.", remedy=remedy)

    unknown = sorted(set(value) - _KEYS)
    if unknown:
        raise refused(f"has what no rule has: {', '.join(unknown)}", f"A rule has {', '.join(sorted(_KEYS))}.")
    for key in ("object", "level", "reason"):
        if not isinstance(value.get(key), str) or not value[key].strip():
            raise refused(f"lacks {key}", "Give each rule an object, a level and a reason.")
    for key, known in (("level", Level), ("list", Topic)):
        written = {each.value for each in known}
        if key in value and (not isinstance(value[key], str) or value[key] not in written):
            raise refused(f"has {key} {value[key]!r}", f"Write one of: {', '.join(sorted(written))}.")
    stack = value.get("stack")
    if stack is not None and (not isinstance(stack, str) or not stack.strip()):
        raise refused(f"has stack {stack!r}", "Write the stack's name, in quotes.")
    until = value.get("until")
    if until is not None and (not isinstance(until, datetime.date) or isinstance(until, datetime.datetime)):
        raise refused("has an until that is no day", "Write until = YYYY-MM-DD, without quotes.")
    topic = Topic(value["list"]) if "list" in value else None
    return Rule(value["object"], Level(value["level"]), value["reason"], topic, stack, until)

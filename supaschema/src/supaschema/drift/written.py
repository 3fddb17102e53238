"""A result as JSON for programs, and back; `drift.schema.json` describes it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from supaschema.core.errors import DeclarationError
from supaschema.drift.model import Finding, Level, Property, Repairs, Result, Topic, Trace
from supaschema.drift.since import Since

VERSION = 1
"""Of the form: it changes when a property changes its meaning or goes."""


def written(result: Result, since: Since | None = None) -> dict[str, Any]:
    """Return a result as values of JSON."""
    counts = Counter(item.topic for item in result.findings if item.level is not Level.IGNORE)
    return {
        "version": VERSION,
        "database": result.database,
        "user": result.user,
        "serverMajor": result.server_major,
        "stacks": list(result.stacks),
        "managed": result.managed,
        "drifted": result.drifted,
        "couldNotTell": result.untold,
        "counts": {topic.value: counts[topic] for topic in Topic},
        "operational": list(result.counted),
        "journal": result.journal,
        "repairs": msgspec.to_builtins(result.repairs),
        "findings": [_finding(item) for item in result.findings],
        "since": None if since is None else _since(since),
    }


def text(result: Result, since: Since | None = None) -> str:
    """Return a result as JSON of ASCII alone, in lines."""
    return json.dumps(written(result, since), indent=2) + "\n"


def read(path: Path) -> Result:
    """Return what `text` gave.

    Raises:
        DeclarationError: The file cannot be read, or is no result of this version.

    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value["version"] != VERSION:
            raise DeclarationError(
                f"{path} is of version {value['version']}, and this one reads {VERSION}.", remedy="Make it anew."
            )
        return parsed(value)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        what = f"{path} is no result of a sweep ({type(error).__name__})."
        raise DeclarationError(what, remedy="Give what `supaschema drift --format json` wrote.") from None


def parsed(value: dict[str, Any]) -> Result:
    """Return the result that was written as values of JSON; raises whatever odd values raise."""
    return Result(
        database=value["database"],
        user=value["user"],
        server_major=value["serverMajor"],
        stacks=tuple(value["stacks"]),
        managed=value["managed"],
        findings=tuple(map(_read_finding, value["findings"])),
        counted=tuple(value["operational"]),
        journal=value.get("journal"),
        repairs=msgspec.convert(value.get("repairs", {}), Repairs),
    )


def _since(since: Since) -> dict[str, Any]:
    return {
        "new": [item.key for item in since.new],
        "still": [item.key for item in since.still],
        "resolved": [_finding(item) for item in since.resolved],
        "couldNotTell": [item.key for item in since.untold],
    }


def _finding(item: Finding) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(item)
    return {**found, "topic": item.topic.value, "level": item.level.value}


def _read_finding(value: dict[str, Any]) -> Finding:
    properties = tuple(Property(**each) for each in value["properties"])
    lists = {name: tuple(value[name]) for name in ("access", "repair")}
    # A result of before there was a journal has none.
    changes = tuple(Trace(**each) for each in value.get("changes", ()))
    own = {"topic": Topic(value["topic"]), "level": Level(value["level"]), "properties": properties, **lists}
    own |= {"changes": changes}
    return Finding(**{**value, **own})

"""What was found in several databases, as it is told: a row each, then the findings of each that differs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.drift import text as of_one
from supaschema.drift import written
from supaschema.drift.markdown import LEFT_OUT, LIMIT, markdown
from supaschema.drift.model import Result, Topic
from supaschema.drift.several import State, Told
from supaschema.drift.since import Since
from supaschema.review.markup import prose
from supaschema.review.words import number

VERSION = 1
"""Of the form: it changes when a property changes its meaning or goes."""


def lines(found: Sequence[Told]) -> Iterator[str]:
    """Yield what is told to people: the whole, a row a database, and the findings of those that have some."""
    yield headline(found)
    width = max((len(each.name) for each in found), default=0)
    yield from (f"  {each.name:{width}}  {each.summary}" for each in found)
    for each in found:
        if each.result is not None and _has_more(each.result, each.since):
            yield f"{each.name}:"
            yield from (f"  {text}" for text in of_one.lines(each.result, each.since))


def headline(found: Sequence[Told]) -> str:
    """Return the whole in a sentence."""
    counts = Counter(each.state for each in found)
    told = [f"{counts[state]} {state.value}" for state in State if counts[state]]
    return f"{number(len(found), 'database')}: {', '.join(told)}"


def text(found: Sequence[Told]) -> str:
    """Return it as JSON of ASCII alone, in lines."""
    counts = Counter(each.state for each in found)
    value = {
        "version": VERSION,
        "clean": counts[State.CLEAN],
        "drifted": counts[State.DRIFT],
        "couldNotTell": counts[State.UNTOLD],
        "databases": [_written(each) for each in found],
    }
    return json.dumps(value, indent=2) + "\n"


def read(path: Path) -> Mapping[str, Result | None]:
    """Return the results that `text` gave, by the names of the databases; None: it could not be told.

    Raises:
        DeclarationError: The file cannot be read, or is nothing of this version.

    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value["version"] != VERSION:
            what = f"{path} is of version {value['version']!r}, and this one reads {VERSION}."
            raise DeclarationError(what, remedy="Make it anew.")
        rows = [(str(row["name"]), row["result"]) for row in value["databases"]]
        return {name: None if result is None else written.parsed(result) for name, result in rows}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        what = f"{path} is no result of a sweep of several databases ({type(error).__name__})."
        raise DeclarationError(what, remedy="Give what `supaschema drift --all LIST --format json` wrote.") from None


def as_markdown(found: Sequence[Told], limit: int = LIMIT) -> str:
    """Return it as Markdown; what is too long for the limit is left out from the end, and that is said."""
    told, room = "", limit - len(LEFT_OUT) - 2
    for part in _parts(found):
        if len(part) > room:
            return f"{told}\n{LEFT_OUT}\n"
        told += part
        room -= len(part)
    return told


def _parts(found: Sequence[Told]) -> Iterator[str]:
    yield f"### Drift\n\n{prose(headline(found))}\n\n| database | |\n|---|---|\n"
    yield from (f"| {prose(each.name)} | {prose(each.summary)} |\n" for each in found)
    for each in found:
        if each.result is not None and _has_more(each.result, each.since):
            yield f"\n## {prose(each.name)}\n\n{markdown(each.result, each.since)}"


def _has_more(result: Result, since: Since | None) -> bool:
    changed = since is not None and (since.new or since.resolved or since.untold)
    return bool(changed) or any(result.of(topic) for topic in Topic)


def _written(told: Told) -> dict[str, Any]:
    result = None if told.result is None else written.written(told.result, told.since)
    return {"name": told.name, "state": told.state.value, "why": told.why, "result": result}

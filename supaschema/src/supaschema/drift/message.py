"""What a chat is told of drift, as Slack's incoming webhooks take it.

Slack reads `&`, `<` and `>` as its own, and nothing else within code (Slack's documentation, "Formatting text for app
surfaces"): whatever a database or a list holds is written as code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supaschema.core.printable import line
from supaschema.drift.model import Finding, Topic
from supaschema.drift.several import State, Told
from supaschema.drift.several_told import headline

_MOST = 20
"""Databases, and findings of each, that are named."""
_LONGEST = 200
"""Characters of a name."""


def message(found: Sequence[Told], *, transitions: bool) -> str | None:
    """Return what is told; None: nothing is worth it.

    Args:
        found: What was found.
        transitions: Whether only that is told which is not as it was at an earlier sweep.

    """
    worth = [each for each in found if (_changed(each) if transitions else each.state is not State.CLEAN)]
    if not worth:
        return None
    head = f"*Drift* of {headline(found)}" if len(found) > 1 else "*Drift*"
    more = [f"and of {len(worth) - _MOST} more"] if len(worth) > _MOST else []
    return "\n".join([head, *(text for each in worth[:_MOST] for text in _lines(each, transitions=transitions)), *more])


def _changed(told: Told) -> bool:
    since = told.since
    return told.turned or (since is not None and bool(since.new or since.resolved))


def _lines(told: Told, *, transitions: bool) -> Iterator[str]:
    yield f"{_code(told.name)}: {_code(told.summary)}"
    if told.result is None:
        return
    if told.since is not None and transitions:
        yield from _listed("new", told.since.new)
        yield from _listed("resolved", told.since.resolved)
    else:
        yield from _listed("found", [item for topic in Topic for item in told.result.of(topic)])


def _listed(word: str, found: Sequence[Finding]) -> Iterator[str]:
    yield from (f"• {word}: {_code(item.title)} ({item.topic.value})" for item in found[:_MOST])
    if len(found) > _MOST:
        yield f"• {word}: {len(found) - _MOST} more"


def _code(text: str) -> str:
    told = line(text).replace("`", "'")
    told = told if len(told) <= _LONGEST else f"{told[:_LONGEST]}..."
    return f"`{told.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}`"

"""A result as Markdown, for an issue or a run's page: the lists, each finding folded."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.core.urn import resource_name
from supaschema.drift.model import Finding, Result, Topic
from supaschema.drift.since import Since
from supaschema.drift.text import TITLES, details, summary, traced
from supaschema.review.markup import block, code, folded, inline_html, prose, words_html

LIMIT = 65_000
"""Characters that a comment may have (GitHub takes 65,536)."""
_LONGEST = 6_000
"""Characters of what one finding holds, within its fold."""


def markdown(result: Result, since: Since | None = None, limit: int = LIMIT) -> str:
    """Return a result; what is too long for the limit is left out from the end, and that is said."""
    parts: list[str] = []
    room = limit - len(LEFT_OUT)
    for part in _parts(result, since):
        if len(part) + 2 > room:
            return "\n\n".join([*parts, LEFT_OUT]) + "\n"
        parts.append(part)
        room -= len(part) + 2
    return "\n\n".join(parts) + "\n"


LEFT_OUT = "More is left out here: the result as JSON (`--format json`) has it in full."


def _parts(result: Result, since: Since | None) -> Iterator[str]:
    yield f"### Drift of database {code(result.database)}"
    yield prose(summary(result))
    if since is not None:
        yield from _since(since)
    for topic in Topic:
        found = result.of(topic)
        if found:
            yield f"#### {TITLES[topic]}: {len(found)}"
            yield from map(_finding, found)
    if result.counted:
        yield "\n".join(f"- {prose(text)}" for text in result.counted)
    if result.journal:
        yield prose(result.journal)


def _since(since: Since) -> Iterator[str]:
    lists = {"New": since.new, "Resolved": since.resolved, "Could not be looked at": since.untold}
    for title, found in lists.items():
        if found:
            yield "\n".join([f"**{title} since the last sweep:**", *(f"- {code(item.title)}" for item in found)])
    if since.still:
        yield f"As at the last sweep: {len(since.still)}."


def _finding(item: Finding) -> str:
    by = f" of {inline_html(resource_name(item.resource))}" if item.resource else ""
    why = f": {words_html(item.why)}" if item.why else ""
    means = [f"- By {code(traced(each))}" for each in item.changes]
    means += [f"- {prose(text)}" for text in item.access]
    told = [*details(item)]
    inside = ["\n".join(means)] if means else []
    inside += [block("\n".join(told))] if told else []
    inside += [block("\n".join(item.repair), "sql")] if item.repair else []
    inside += [block(item.adopt, "python")] if item.adopt else []
    body = "\n\n".join(inside)
    # One that somebody made long is not to take the room of all that come after it.
    return folded(f"{inline_html(item.title)}{by}{why}", body if len(body) <= _LONGEST else LEFT_OUT)

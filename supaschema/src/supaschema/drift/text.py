"""A result for people at a terminal."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from supaschema.core.printable import line
from supaschema.core.urn import resource_name
from supaschema.drift.model import Finding, Level, Repairs, Result, Topic, Trace
from supaschema.drift.since import Since
from supaschema.review.differences import lines_of_property, value_lines
from supaschema.review.words import number

TITLES = {
    Topic.CHANGED: "Changed since the last deployment",
    Topic.MISSING: "Missing",
    Topic.UNMANAGED: "Unmanaged, on, beside or reaching what is managed",
    Topic.OPERATIONAL: "Made at run time, and open where what they belong to is not",
    Topic.NOT_MODELLED: "Not modelled",
    Topic.UNTOLD: "Could not tell",
}


def lines(result: Result, since: Since | None = None) -> Iterator[str]:
    """Yield the lines: a heading for each list that is not empty, and its findings."""
    for topic in Topic:
        found = result.of(topic)
        if found:
            yield f"{TITLES[topic]}: {len(found)}"
            yield from (f"  {text}" for item in found for text in _finding(item))
    if result.counted:
        yield "Made at run time:"
        yield from (f"  {text}" for text in result.counted)
    if result.journal:
        yield result.journal
    if since is not None:
        yield from _since(since)
    yield summary(result)


def repair_lines(repairs: Repairs) -> Iterator[str]:
    """Yield the command that repairs what is changed or missing, and what it leaves out."""
    if repairs.targets:
        yield "This repairs it once it has shown what it will do and was told yes, and removes nothing unmanaged:"
        targets = " ".join(f"--target {shlex.quote(urn)}" for urn in repairs.targets)
        yield f"  pulumi up --refresh {targets}"
    for each in repairs.held:
        more = f" and {len(each.by) - _MOST} more" if len(each.by) > _MOST else ""
        yield f"{resource_name(each.resource)} is left out: deployed, it may remove what is unmanaged:"
        yield f"  {', '.join(each.by[:_MOST])}{more}"
        yield "  Declare that or remove it first, or run the statements told above by hand."
    if not repairs.targets and not repairs.held:
        yield "Nothing is changed or missing: there is nothing to repair."


def _since(since: Since) -> Iterator[str]:
    lists = {"New": since.new, "Resolved": since.resolved, "Could not be looked at": since.untold}
    for title, found in lists.items():
        if found:
            yield f"{title} since the last sweep: {len(found)}"
            yield from (f"  {item.title}" for item in found)
    if since.still:
        yield f"As at the last sweep: {len(since.still)}"


def summary(result: Result) -> str:
    """Return the whole in a sentence."""
    about = f"{number(result.managed, 'managed object')} of {', '.join(result.stacks) or 'no stack'}"
    ignored = sum(item.level is Level.IGNORE for item in result.findings)
    left_out = f" ({number(ignored, 'finding')} left out by rule)" if ignored else ""
    told = [f"{len(result.of(topic))} {topic.value}" for topic in Topic if result.of(topic)]
    if not told:
        return f"Nothing differs: {about}{left_out}."
    return f"{', '.join(told)}: {about}{left_out}."


def _finding(item: Finding) -> Iterator[str]:
    by = f" ({resource_name(item.resource)})" if item.resource else ""
    why = f": {item.why}" if item.why else ""
    level = " [reported only]" if item.level is Level.REPORT else ""
    yield f"{item.title}{by}{why}{level}"
    yield from (f"    {text}" for text in details(item))
    yield from (f"    by: {traced(each)}" for each in item.changes)
    yield from (f"    access: {text}" for text in item.access)
    for statement in item.repair:
        first, *others = statement.split("\n")
        yield f"    repair: {first}"
        yield from (f"            {text}" for text in others)
    if item.adopt:
        yield f"    adopt: {item.adopt}"


def traced(change: Trace) -> str:
    """Return an entry of the journal in one line."""
    who = f"{change.login} as {change.role}" if change.role else change.login
    what = f"{change.command} {change.object}" if change.object else f"{change.command}, of what is not known"
    return line(f"{who} ({change.application or 'no application'}) at {change.at}: {what}")


def details(item: Finding) -> Iterator[str]:
    """Yield what differs, property by property, or what there is."""
    for each in item.properties:
        old, new = value_lines(each.recorded), value_lines(each.live)
        if len(old) <= 1 and len(new) <= 1:
            yield f"{each.name}: {(old or ['none'])[0]} -> {(new or ['none'])[0]}"
        else:
            yield f"{each.name}:"
            yield from (f"  {text}" for text in lines_of_property(old, new))
    for key, value in (item.definition or {}).items() if item.topic is not Topic.MISSING else ():
        told = value_lines(value)
        yield from (f"{key if place == 0 else ' ' * len(key)}  {text}" for place, text in enumerate(told[:_MOST]))
        if len(told) > _MOST:
            yield f"{' ' * len(key)}  ..."


_MOST = 4
"""Lines of a value that are told of what is not managed."""

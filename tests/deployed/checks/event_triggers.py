"""Event triggers: when they fire, and what they call."""

from __future__ import annotations

from supaschema.kinds.event_trigger import EventTrigger
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack


def event_triggers(stack: Stack) -> Verdict:
    """Each declared event trigger fires when it is declared to, in those sessions, and calls its function."""
    live = stack.by_name("event_triggers", "name")
    wanted = dict(stack.declared.of("event_trigger", EventTrigger))
    found: list[Finding] = []
    for id, item in wanted.items():
        expected = {
            "event": item.event,
            "tags": sorted(item.tags),
            "function": item.function,
            "enabled": item.enabled,
        }
        found += differences(f"event trigger {id.name[0]}", expected, live.get(id.name))
    return Verdict(f"{len(wanted)} event triggers fire as declared", tuple(found))

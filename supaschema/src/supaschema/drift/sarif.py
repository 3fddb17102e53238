"""A result in SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"): for services that show findings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from supaschema.drift.model import Finding, Level, Result, Topic
from supaschema.drift.since import Since
from supaschema.drift.text import TITLES, details

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(result: Result, since: Since | None = None) -> str:
    """Return the JSON: a result for each finding, each with a fingerprint by which a service knows it again."""
    states = _states(since)
    found = [_result(item, states) for topic in Topic for item in result.of(topic)]
    found += [{**_result(item, {}), "baselineState": "absent"} for item in (since.resolved if since else ())]
    rules = [{"id": _rule(topic), "shortDescription": {"text": TITLES[topic]}} for topic in Topic]
    driver = {"name": "supaschema drift", "rules": rules}
    run = {"tool": {"driver": driver}, "results": found}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _states(since: Since | None) -> dict[str, str]:
    if since is None:
        return {}
    return {**{item.key: "new" for item in since.new}, **{item.key: "unchanged" for item in since.still}}


def _result(item: Finding, states: Mapping[str, str]) -> dict[str, Any]:
    said = "\n".join([f"{item.title}: {item.why or TITLES[item.topic].lower()}", *item.access, *details(item)])
    level = "note" if item.level is Level.REPORT else "warning" if item.topic is Topic.UNTOLD else "error"
    place = {"logicalLocations": [{"fullyQualifiedName": item.name, "kind": item.kind}]}
    found: dict[str, Any] = {
        "ruleId": _rule(item.topic),
        "level": level,
        "message": {"text": said},
        "locations": [place],
        "partialFingerprints": {"object/v1": hashlib.sha256(item.key.encode()).hexdigest()},
    }
    return {**found, "baselineState": states[item.key]} if item.key in states else found


def _rule(topic: Topic) -> str:
    return f"drift/{topic.value.replace(' ', '-')}"

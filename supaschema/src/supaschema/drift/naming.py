"""How a finding names its object."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from supaschema.core.model import ObjectId
from supaschema.core.plan_record import Named
from supaschema.core.printable import line
from supaschema.core.quoted import in_quotes
from supaschema.drift.model import Finding, Property, Topic
from supaschema.review.objects import dotted


def kind_of(id: ObjectId) -> str:
    """Return the kind in words."""
    return line(id.kind.replace("_", " "))


def name_of(id: ObjectId) -> str:
    """Return the name in one piece and one line; of a routine with the types of its arguments."""
    return line(dotted(Named(kind=id.kind, name=id.name)))


def key_of(id: ObjectId, *more: str) -> str:
    """Return by what a finding is known again: its object's address, and which part of it."""
    return json.dumps([id.kind, *id.name, *more], ensure_ascii=False)


def finding(
    topic: Topic,
    id: ObjectId,
    why: str = "",
    *,
    resource: str | None = None,
    properties: tuple[Property, ...] = (),
    definition: dict[str, Any] | None = None,
) -> Finding:
    """Return a finding about an object."""
    return Finding(
        topic,
        kind_of(id),
        name_of(id),
        key_of(id),
        why,
        resource=resource,
        properties=properties,
        definition=definition,
    )


def with_role(found: Finding, id: ObjectId, role: str) -> Finding:
    """Return the finding about what an object gives one role alone.

    A role of several words is quoted: `x to monitor` is not to be taken for `monitor` by a pattern that ends with it.
    """
    called = in_quotes(role) if len(role.split()) != 1 or role != role.strip() else role
    return dataclasses.replace(found, name=line(f"{found.name} to {called}"), key=key_of(id, f"to {role}"))

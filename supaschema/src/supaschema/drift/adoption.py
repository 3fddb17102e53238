"""The declaration that would manage what is unmanaged, as a program writes it."""

from __future__ import annotations

import ast
import enum
import json
from typing import Any

import msgspec

from supaschema.core.model import ObjectId
from supaschema.core.printable import dotted, line
from supaschema.core.secret_texts import MASK
from supaschema.declarations import Declaration
from supaschema.drift.model import Result, Topic
from supaschema.drift.reading import Reading
from supaschema.registry import RESOURCES

_OF_KINDS = {
    "policy": "Policy",
    "index": "Index",
    "function": "Function",
    "procedure": "Procedure",
    "aggregate": "Aggregate",
    "trigger": "Trigger",
    "view": "View",
    "materialized_view": "MaterializedView",
    "table": "Table",
    "schema": "Schema",
    "sequence": "Sequence",
    "collation": "Collation",
    "enum_type": "EnumType",
    "domain": "Domain",
    "composite_type": "CompositeType",
    "default_grants": "DefaultPrivileges",
    "event_trigger": "EventTrigger",
    "extension": "Extension",
    "foreign_server": "ForeignServer",
    "user_mapping": "UserMapping",
    "publication": "Publication",
    "publication_table": "PublicationTable",
    "range_type": "RangeType",
    "role": "Role",
    "role_membership": "RoleMembership",
    "bucket": "Bucket",
    "cron_job": "CronJob",
}
"""By kind the resource whose declaration is one object of it."""


def declaration(reading: Reading, id: ObjectId) -> str | None:
    """Return the declaration of a live object without what is not for others to read; None: there is none by itself."""
    name = _OF_KINDS.get(id.kind)
    if name is None:
        return None
    resource = next(it for it in RESOURCES.values() if it.declaration.__name__ == name)
    own = reading.by_name.get(id.name[:2], {})
    facts = {other: reading.kinds[other.kind].told(it) for other, it in own.items()}
    found = resource.imported(import_id(id), facts)
    return None if found is None else reading.secrets.masked(as_python(found))


def program(result: Result) -> str:
    """Return the declarations of what is unmanaged as a file of Python; comments name what has none by itself."""
    found = [(item.title, item.adopt) for item in result.of(Topic.UNMANAGED)]
    # A text that is not for others to read was left out of it: with the mask it would be another object.
    said = [(title, text) for title, text in found if text is not None and MASK not in text]
    left_out = [title for title, text in found if text is None or MASK in text]
    names = {node.id for _, text in said for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    imported = f"from supaschema.declarations import {', '.join(sorted(names))}\n\n" if names else ""
    lines = [f"    # {line(title)}\n    {text},\n" for title, text in said]
    rest = [f"# no declaration by itself: {line(title)}\n" for title in left_out]
    head = f'"""What was unmanaged in database {json.dumps(line(result.database))[1:-1]}."""\n\n'
    return f"{head}{imported}UNMANAGED = (\n{''.join(lines)})\n{''.join(rest)}"


def as_python(value: Any) -> str:
    """Return a declaration as Python, without what is as it is by default."""
    match value:
        case Declaration():
            fields = msgspec.structs.fields(type(value))
            said = ((it.name, getattr(value, it.name)) for it in fields if getattr(value, it.name) != _default(it))
            return f"{type(value).__name__}({', '.join(f'{name}={as_python(own)}' for name, own in said)})"
        case enum.Enum():
            return f"{type(value).__name__}.{value.name}"
        case tuple() | list():
            items = [as_python(item) for item in value]
            return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
        case dict():
            return "{" + ", ".join(f"{key!r}: {as_python(item)}" for key, item in value.items()) + "}"
        case _:
            return repr(value)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def import_id(id: ObjectId) -> str:
    """Return by what `pulumi import` is told which object is meant."""
    if id.kind in ("policy", "publication_table"):
        return f"{id.name[0]}.{id.name[1]}/{id.name[2]}"
    return dotted(id.kind, id.name)

"""The declaration that would manage what is unmanaged, as a program writes it."""

from __future__ import annotations

import ast
import enum
import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from supaschema.core.model import Facts, ObjectId
from supaschema.core.printable import dotted, line
from supaschema.core.secret_texts import MASK
from supaschema.declarations import Declaration, Grant
from supaschema.drift.adopted_parts import COVERED, grants, part
from supaschema.drift.model import Finding, Result, Topic
from supaschema.drift.reading import Reading
from supaschema.drift.subject import Subject
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


def declaration(reading: Reading, item: Subject) -> str | None:
    """Return what would manage something unmanaged, without what is not for others to read; None: nothing does.

    It is a declaration, or, of a part of what is declared, the value that goes into that declaration.
    """
    own = reading.by_name.get(item.id.name[:2], {})
    facts = {other: reading.kinds[other.kind].told(it) for other, it in own.items()}
    found = _found(reading, item, facts)
    return None if found is None else reading.secrets.masked(as_python(found))


def _found(reading: Reading, item: Subject, facts: Facts) -> Declaration | tuple[Grant, ...] | None:
    if item.given is not None:
        return grants(item.id, item.given)
    found = part(reading, item.id, facts)
    name = _OF_KINDS.get(item.id.kind)
    if found is not None or name is None:
        return found
    resource = next(it for it in RESOURCES.values() if it.declaration.__name__ == name)
    declared: Declaration | None = resource.imported(import_id(item.id), facts)
    return declared


def program(result: Result) -> str:
    """Return the declarations of what is unmanaged as a file of Python; comments name what has none by itself."""
    found = [(item, item.adopt) for item in result.of(Topic.UNMANAGED)]
    # A text that is not for others to read was left out of it: with the mask it would be another object.
    said = [(item, text) for item, text in found if text is not None and MASK not in text]
    left_out = [item.title for item, text in found if text is None or MASK in text]
    wholes = {(*_address(item)[1:3], kind) for item, text in said for kind in COVERED.get(_class(text), ())}
    titles: dict[str, list[str]] = {}
    for item, text in said:
        kind, *name = _address(item)
        if (*name[:2], kind) in wholes:
            left_out.append(f"{item.title} (it is in what declares {name[0]}.{name[1]} above)")
        else:
            titles.setdefault(text, []).append(item.title)
    names = {node.id for text in titles for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    imported = f"from supaschema.declarations import {', '.join(sorted(names))}\n\n" if names else ""
    resources = {text: it for text, it in titles.items() if _is_resource(text)}
    parts = {text: it for text, it in titles.items() if text not in resources}
    rest = [f"# no declaration by itself: {line(title)}\n" for title in left_out]
    head = f'"""What was unmanaged in database {json.dumps(line(result.database))[1:-1]}."""\n\n'
    more = f"\n# Each goes into what declares its table or its routine.\n{_tuple('PARTS', parts)}" if parts else ""
    return f"{head}{imported}{_tuple('UNMANAGED', resources)}{more}\n{''.join(rest)}"


def _tuple(name: str, titles: Mapping[str, Sequence[str]]) -> str:
    lines = []
    for text, said in titles.items():
        lines += [*(f"    # {line(title)}\n" for title in said), f"    {text},\n"]
    return f"{name} = (\n{''.join(lines)})\n"


def _address(item: Finding) -> list[str]:
    address: list[str] = json.loads(item.key)
    return address


def _class(text: str) -> str:
    return text.partition("(")[0]


def _is_resource(text: str) -> bool:
    return any(it.declaration.__name__ == _class(text) for it in RESOURCES.values())


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

"""The declaration that would manage what is unmanaged, as a program writes it."""

from __future__ import annotations

import enum
from typing import Any

import msgspec

from supaschema.core.model import ObjectId
from supaschema.declarations import Declaration
from supaschema.drift.reading import Reading
from supaschema.registry import RESOURCES

_OF_KINDS = {
    "policy": "Policy",
    "index": "Index",
    "function": "Function",
    "trigger": "Trigger",
    "view": "View",
    "materialized_view": "MaterializedView",
    "table": "Table",
    "schema": "Schema",
    "sequence": "Sequence",
    "enum_type": "EnumType",
    "domain": "Domain",
    "composite_type": "CompositeType",
    "extension": "Extension",
    "publication": "Publication",
    "publication_table": "PublicationTable",
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
    found = resource.imported(_import_id(id), facts)
    return None if found is None else reading.secrets.masked(written(found))


def written(value: Any) -> str:
    """Return a declaration as Python, without what is as it is by default."""
    match value:
        case Declaration():
            fields = msgspec.structs.fields(type(value))
            said = ((it.name, getattr(value, it.name)) for it in fields if getattr(value, it.name) != _default(it))
            return f"{type(value).__name__}({', '.join(f'{name}={written(own)}' for name, own in said)})"
        case enum.Enum():
            return f"{type(value).__name__}.{value.name}"
        case tuple() | list():
            items = [written(item) for item in value]
            return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
        case dict():
            return "{" + ", ".join(f"{key!r}: {written(item)}" for key, item in value.items()) + "}"
        case _:
            return repr(value)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def _import_id(id: ObjectId) -> str:
    if id.kind in ("policy", "publication_table"):
        return f"{id.name[0]}.{id.name[1]}/{id.name[2]}"
    return f"{id.name[0]}.{id.name[1]}({id.name[2]})" if id.kind == "function" else ".".join(id.name)

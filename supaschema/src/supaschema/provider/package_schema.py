"""The Pulumi package schema, read off the declarations: from it SDKs and documentation can be generated."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import Any

import msgspec.inspect as types

from supaschema.core.lints import Level, Lint
from supaschema.core.model import Hazard
from supaschema.declarations import Declaration
from supaschema.provider.incarnations import GENERATION, LEDGER_URN
from supaschema.provider.outputs import QUALIFIED_NAME, defaults

PACKAGE = "supaschema"
VERSION = "0.1.0"

_Json = dict[str, Any]

_ENTRY = re.compile(r"^ {4}(?P<name>\w+): (?P<text>.+(?:\n {8,}.+)*)", re.MULTILINE)
_WORDS = re.compile(r"[A-Za-z0-9]+")
_PRIMITIVES: dict[type[types.Type], str] = {
    types.StrType: "string",
    types.BoolType: "boolean",
    types.IntType: "integer",
    types.FloatType: "number",
}
_LEDGER_URN = {"type": "string", "description": "The name by which the database's ledger knows the resource."}
_GENERATION = {"type": "integer", "description": "Which of the resources made one after another under this name it is."}
_QUALIFIED_NAME = {"type": "string", "description": 'Its name as SQL text has it: `public.notes`, `public."Order"`.'}
_SETTINGS: _Json = {
    "databaseUrl": {
        "type": "string",
        "secret": True,
        "description": "postgresql://... Left out: the stack's supaschema:databaseUrl, else SUPASCHEMA_DATABASE_URL.",
    },
    "supabaseUrl": {"type": "string", "description": "https://... of the project, for deleting buckets."},
    "serviceRoleKey": {"type": "string", "secret": True, "description": "The key for supabaseUrl."},
    "lockTimeout": {
        "type": "string",
        "default": "50ms",
        "description": "How long one attempt waits for a lock; whoever queues behind it waits as long.",
    },
    "lockWait": {
        "type": "string",
        "default": "2min",
        "description": "How long attempts are repeated before giving up.",
    },
    "allowHazards": {
        "type": "array",
        "items": {"$ref": f"#/types/{PACKAGE}:index:Consent"},
        "description": "Consents to risks of a plan.",
    },
    "expectedRoles": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Roles that something else makes, which a preview does not miss: another provider's outputs.",
    },
    "lints": {
        "type": "array",
        "items": {"$ref": f"#/types/{PACKAGE}:index:LintLevel"},
        "description": "Which rules are no errors here, and why.",
    },
    "journalDays": {
        "type": "integer",
        "description": "Days for which the database keeps who changed what, by event triggers. Left out: no journal.",
    },
}
# How Pulumi's generators name what they make: in Python a package of this library.
_LANGUAGES: _Json = {
    "python": {"packageName": f"{PACKAGE}.pulumi"},
    "nodejs": {"packageName": PACKAGE, "respectSchemaVersion": True},
    "go": {"importBasePath": f"{PACKAGE}.local/sdk/{PACKAGE}", "respectSchemaVersion": True},
    "csharp": {"respectSchemaVersion": True},
}


def package_schema(declarations: Iterable[type[Declaration]]) -> _Json:
    """Return the schema of a package whose resources have these declarations.

    Returns:
        JSON values in the shape of Pulumi's metaschema.

    """
    resources = {_token(declaration): declaration for declaration in declarations}
    return {
        "name": PACKAGE,
        "displayName": "Supaschema",
        "version": VERSION,
        "description": "PostgreSQL and Supabase schemas as code, without locks that hurt.",
        "keywords": ["category/database", "kind/native", "postgresql", "supabase"],
        "meta": {"moduleFormat": "(.*)"},
        "language": _LANGUAGES,
        "config": {"variables": _SETTINGS},
        "provider": {
            "description": "The connection that a stack's objects are made through.",
            "type": "object",
            "inputProperties": _SETTINGS,
        },
        "types": {**_consent_types(), **_lint_types(), **_nested_types(resources.values())},
        "resources": {token: _resource(declaration) for token, declaration in resources.items()},
    }


def _resource(declaration: type[Declaration]) -> _Json:
    shape = _object(declaration)
    told = {QUALIFIED_NAME: _QUALIFIED_NAME} if declaration.qualified_by else {}
    told |= {LEDGER_URN: _LEDGER_URN, GENERATION: _GENERATION}
    return {
        **shape,
        "properties": {**shape["properties"], **told},
        "required": [*shape["required"], *(key for key, _ in defaults(declaration)), *told],
        "inputProperties": shape["properties"],
        "requiredInputs": shape["required"],
    }


def _object(declaration: type[Any]) -> _Json:
    fields = _fields(declaration)
    texts = _texts(declaration)
    return {
        "description": _summary(declaration),
        "type": "object",
        "properties": {field.encode_name: _property(field, texts.get(field.name)) for field in fields},
        "required": [field.encode_name for field in fields if field.required],
    }


def _property(field: types.Field, text: str | None) -> _Json:
    found = _spec(field.type)
    if isinstance(field.default, Enum):
        found["default"] = field.default.value
    elif isinstance(field.default, bool | int | str):
        found["default"] = field.default
    return {**found, "description": text} if text else found


def _spec(type_: types.Type) -> _Json:
    inner = _without_none(type_)
    if isinstance(inner, types.StructType | types.EnumType):
        return {"$ref": f"#/types/{_token(inner.cls)}"}
    if _holds_any(inner):
        return {"type": "object", "additionalProperties": {"$ref": "pulumi.json#/Any"}}
    if isinstance(inner, types.VarTupleType):
        return {"type": "array", "items": _spec(inner.item_type)}
    if isinstance(inner, types.DictType):
        return {"type": "object", "additionalProperties": _spec(inner.value_type)}
    return {"type": _PRIMITIVES[type(inner)]}


def _without_none(type_: types.Type) -> types.Type:
    if not isinstance(type_, types.UnionType):
        return type_
    (inner,) = (item for item in type_.types if not isinstance(item, types.NoneType))
    return inner


def _holds_any(type_: types.Type) -> bool:
    """Return whether it holds declarations of any class: they travel by class and name."""
    item = type_.item_type if isinstance(type_, types.VarTupleType) else None
    return isinstance(item, types.StructType) and item.cls is Declaration


def _nested_types(declarations: Iterable[type[Declaration]]) -> _Json:
    found: _Json = {}
    waiting = [nested for declaration in declarations for nested in _mentioned(declaration)]
    while waiting:
        current = waiting.pop()
        if _token(current) in found:
            continue
        if issubclass(current, Enum):
            found[_token(current)] = _enum(current, [member.value for member in current])
        else:
            found[_token(current)] = _object(current)
            waiting += _mentioned(current)
    return dict(sorted(found.items()))


def _mentioned(declaration: type[Any]) -> Iterator[type[Any]]:
    # The structs and enumerations in a declaration's fields.
    for field in _fields(declaration):
        inner = _without_none(field.type)
        if _holds_any(inner):
            continue
        while isinstance(inner, types.VarTupleType | types.DictType):
            part = inner.item_type if isinstance(inner, types.VarTupleType) else inner.value_type
            inner = _without_none(part)
        if isinstance(inner, types.StructType | types.EnumType):
            yield inner.cls


def _consent_types() -> _Json:
    consent = {
        "description": "Permission for a hazard: for one resource or for all, until a day or for good.",
        "type": "object",
        "properties": {
            "hazard": {"$ref": f"#/types/{PACKAGE}:index:Hazard", "description": "What is allowed."},
            "resource": {"type": "string", "description": "The resource's name in the stack; left out: all."},
            "until": {"type": "string", "description": "The last day, YYYY-MM-DD; left out: for good."},
        },
        "required": ["hazard"],
    }
    hazards = [hazard.value for hazard in Hazard if hazard.needs_consent]
    return {f"{PACKAGE}:index:Consent": consent, f"{PACKAGE}:index:Hazard": _enum(Hazard, hazards)}


def _lint_types() -> _Json:
    level = {
        "description": "What becomes of what a rule objects to, for one resource or for all.",
        "type": "object",
        "properties": {
            "lint": {"$ref": f"#/types/{PACKAGE}:index:Lint", "description": "The rule."},
            "level": {"$ref": f"#/types/{PACKAGE}:index:Level", "description": "Its level."},
            "reason": {"type": "string", "description": "Why: it is told with each warning."},
            "resource": {
                "type": "string",
                "description": "The resource, or a member of a set (`Table public.jobs`); left out: all.",
            },
        },
        "required": ["lint", "level", "reason"],
    }
    return {
        f"{PACKAGE}:index:LintLevel": level,
        f"{PACKAGE}:index:Lint": _enum(Lint, [lint.value for lint in Lint]),
        f"{PACKAGE}:index:Level": _enum(Level, [level.value for level in Level]),
    }


def _enum(enum: type[Enum], values: Sequence[Any]) -> _Json:
    # Without a name Pulumi's generator makes one of the value, DELETE_S_DATA of DELETES_DATA.
    named = [{"name": "".join(map(str.capitalize, _WORDS.findall(value))), "value": value} for value in values]
    return {"description": _summary(enum), "type": "string", "enum": named}


def _fields(declaration: type[Any]) -> tuple[types.Field, ...]:
    found = types.type_info(declaration)
    assert isinstance(found, types.StructType)
    return found.fields


def _token(cls: type[Any]) -> str:
    return f"{PACKAGE}:index:{cls.__name__}"


def _summary(cls: type[Any]) -> str:
    return (inspect.getdoc(cls) or "").partition("\nAttributes:")[0].strip()


def _texts(declaration: type[Any]) -> dict[str, str]:
    # What the docstrings say of the fields; a class says it of what it adds to its base.
    texts: dict[str, str] = {}
    for cls in reversed(declaration.__mro__):
        attributes = inspect.cleandoc(cls.__doc__ or "").partition("Attributes:\n")[2]
        texts |= {entry["name"]: " ".join(entry["text"].split()) for entry in _ENTRY.finditer(attributes)}
    return texts

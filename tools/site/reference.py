"""The reference: a page for each resource of the package's schema, one for the provider and one for the types."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

FOLDER = "reference"
TYPES, PROVIDER, INDEX = f"{FOLDER}/types.md", f"{FOLDER}/provider.md", f"{FOLDER}/resources.md"
_MADE = {"ledgerUrn", "generation"}
"""What the provider keeps for itself; a program has no use for it."""
_WORDS = {"string": "text", "boolean": "true or false", "integer": "whole number", "number": "number"}

_ABOUT = """\
What a program can declare. Each resource is a class of `supaschema.pulumi`, with typed arguments, and of
`supaschema.declarations`, a plain value that `supaschema.sdk.SchemaObject` declares. What is nested in it is the
[type](types.md) of that name in `supaschema.declarations`, and with `Args` behind its name in `supaschema.pulumi`
(`Column`, `ColumnArgs`). Names are those of Python; in TypeScript and YAML `primary_key` is `primaryKey`. The
connection's settings are those of the [provider](provider.md)."""
_SETTINGS = "A stack sets these as `supaschema:databaseUrl` and so on; a program may give them to its own provider."

Json = Mapping[str, Any]


def pages(schema: Json) -> dict[str, str]:
    """Return the text of each page by its place in the site.

    Args:
        schema: The package's schema, as `supaschema/schema.json` holds it.

    """
    made = {
        place(token): _resource(token, resource, schema["types"]) for token, resource in schema["resources"].items()
    }
    return {INDEX: _index(schema), PROVIDER: _provider(schema), **made, TYPES: _types(schema)}


def place(token: str) -> str:
    """Return where the page of a resource is."""
    return f"{FOLDER}/{_dashed(_name(token))}.md"


def _index(schema: Json) -> str:
    rows = [
        f"| [{_name(token)}]({_dashed(_name(token))}.md) | {_cell(_first(resource['description']))} |"
        for token, resource in schema["resources"].items()
    ]
    return "\n".join(["# Reference", "", _ABOUT, "", "| resource | what it is |", "|---|---|", *rows, ""])


def _resource(token: str, resource: Json, types: Json) -> str:
    inputs, required = resource["inputProperties"], set(resource["requiredInputs"])
    told = {key: it for key, it in resource["properties"].items() if key not in inputs and key not in _MADE}
    outputs = [
        "Every argument is an output too, with its default where it was left out.",
        *(["", *_table("output", told, types)] if told else []),
    ]
    return "\n".join(
        [
            f"# {_name(token)}",
            "",
            resource["description"],
            "",
            f"Its type in Pulumi is `{token}`.",
            "",
            "## Arguments",
            "",
            *_table("argument", inputs, types, required),
            "",
            "## Outputs",
            "",
            *outputs,
            "",
        ]
    )


def _provider(schema: Json) -> str:
    provider = schema["provider"]
    return "\n".join(
        [
            "# Provider",
            "",
            provider["description"],
            _SETTINGS,
            "",
            *_table("setting", provider["inputProperties"], schema["types"]),
            "",
        ]
    )


def _types(schema: Json) -> str:
    lines = ["# Types", "", "What is nested in [resources](resources.md), by name.", ""]
    for token, found in sorted(schema["types"].items()):
        lines += [f"## {_name(token)}", "", found["description"], ""]
        if "enum" in found:
            lines += ["| value | in Python |", "|---|---|"]
            lines += [f"| `{each['value']}` | `{_name(token)}.{_constant(each)}` |" for each in found["enum"]]
        else:
            lines += _table("property", found["properties"], schema["types"], set(found.get("required", ())), page="")
        lines.append("")
    return "\n".join(lines)


def _table(
    what: str, properties: Json, types: Json, required: Collection[str] = (), *, page: str = "types.md"
) -> Iterator[str]:
    yield f"| {what} | type | default | what it is |"
    yield "|---|---|---|---|"
    for key, spec in properties.items():
        default = "**required**" if key in required else f"`{_text(spec['default'])}`" if "default" in spec else ""
        yield f"| `{_snake(key)}` | {_type(spec, page)} | {default} | {_cell(_meaning(spec, types))} |"


def _meaning(spec: Json, types: Json) -> str:
    text = spec.get("description")
    if text is None:
        # What needs no words of its own is what its type is.
        inner = spec.get("items", spec)
        found = types.get(inner.get("$ref", "").removeprefix("#/types/"))
        text = _first(found["description"]) if found else ""
    return f"A secret. {text}" if spec.get("secret") else text


def _type(spec: Json, page: str) -> str:
    if "$ref" in spec:
        name = _name(spec["$ref"])
        return "any" if name == "Any" else f"[{name}]({page}#{name.lower()})"
    if spec["type"] == "array":
        return f"list of {_type(spec['items'], page)}"
    if spec["type"] == "object":
        return f"mapping to {_type(spec['additionalProperties'], page)}"
    return _WORDS[spec["type"]]


def _name(token: str) -> str:
    return re.split(r"[:/]", token)[-1]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _dashed(name: str) -> str:
    return _snake(name).replace("_", "-")


def _constant(value: Json) -> str:
    return _snake(value.get("name") or value["value"]).upper().replace("-", "_")


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) or '""'


def _first(text: str) -> str:
    return re.split(r"(?<=\.)\s", text, maxsplit=1)[0]


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")

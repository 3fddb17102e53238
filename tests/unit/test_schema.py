"""The package schema covers every declaration, in the shape that Pulumi's metaschema asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from supaschema.database.settings import settings_from
from supaschema.declarations import Declaration
from supaschema.provider.package_schema import package_schema
from supaschema.registry import RESOURCES
from supaschema.sdk import Provider
from tests.support.golden import golden

DECLARATIONS = [resource.declaration for resource in RESOURCES.values()]
SCHEMA = package_schema(DECLARATIONS)
ROOT = Path(__file__).resolve().parents[2]
PRIMITIVES = {"string", "boolean", "integer", "number"}


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from SCHEMA["config"]["variables"].items()
    for token, shape in {**SCHEMA["types"], **SCHEMA["resources"]}.items():
        for part in ("properties", "inputProperties"):
            for name, found in shape.get(part, {}).items():
                yield f"{token}.{part}.{name}", found


def is_type(found: dict[str, Any]) -> bool:
    if "$ref" in found:
        return found["$ref"] == "pulumi.json#/Any" or found["$ref"].removeprefix("#/types/") in SCHEMA["types"]
    match found["type"]:
        case "array":
            return is_type(found["items"])
        case "object":
            return is_type(found["additionalProperties"])
        case primitive:
            return primitive in PRIMITIVES


def test_the_package_names_itself():
    assert SCHEMA["name"] == "supaschema"
    assert re.fullmatch(r"\d+\.\d+\.\d+", SCHEMA["version"])


def test_it_is_checked_in():
    golden(ROOT / "supaschema" / "schema.json", json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n")


def test_every_property_has_a_type_that_is_there():
    assert [place for place, found in properties() if not is_type(found)] == []


def test_every_property_says_what_it_means():
    assert [place for place, found in properties() if not found.get("description", "").strip()] == []


def test_tokens_are_well_formed_and_each_is_a_type_or_a_resource():
    types, resources = set(SCHEMA["types"]), set(SCHEMA["resources"])

    assert all(re.fullmatch(r"supaschema:index:[A-Z][A-Za-z]+", token) for token in types | resources)
    assert not types & resources
    assert resources == set(RESOURCES)


@pytest.mark.parametrize("declaration", DECLARATIONS, ids=lambda declaration: declaration.__name__)
def test_a_resource_has_the_inputs_of_its_declaration(declaration: type[Declaration]):
    shape = SCHEMA["resources"][f"supaschema:index:{declaration.__name__}"]
    fields = msgspec.structs.fields(declaration)

    assert shape["description"]
    assert list(shape["inputProperties"]) == [field.encode_name for field in fields]
    assert shape["requiredInputs"] == [field.encode_name for field in fields if field.required]
    told = {"ledgerUrn", "generation", *(["qualifiedName"] if declaration.qualified_by else [])}
    assert set(shape["properties"]) == {*shape["inputProperties"], *told}
    assert set(shape["required"]) == {name for name, it in shape["inputProperties"].items() if "default" in it} | {
        *shape["requiredInputs"],
        *told,
    }
    assert not {"id", "urn"} & set(shape["properties"])


def test_types_are_objects_or_enumerations():
    for token, shape in SCHEMA["types"].items():
        assert shape["description"], token
        if shape["type"] == "object":
            assert set(shape["required"]) <= set(shape["properties"])
        else:
            assert shape["type"] == "string"
            assert all(set(item) == {"name", "value"} for item in shape["enum"])


def test_what_is_chosen_from_is_called_by_its_words():
    classes = (ROOT / "supaschema" / "src" / "supaschema" / "pulumi" / "_enums.py").read_text(encoding="utf-8")
    members = re.findall(r'^    (\w+) = "([^"]+)"$', classes, re.MULTILINE)

    assert ("DELETES_DATA", "DELETES_DATA") in members
    assert [name for name, _ in members] == [re.sub(r"\W", "_", value).upper() for _, value in members]


def test_docstrings_become_descriptions():
    index = SCHEMA["resources"]["supaschema:index:Index"]["inputProperties"]
    column = SCHEMA["types"]["supaschema:index:Column"]["properties"]

    assert index["keys"]["description"].startswith("Its key columns or expressions as SQL")
    assert "\n" not in column["grants"]["description"]
    assert column["existingRows"] == {
        "$ref": "#/types/supaschema:index:ExistingRows",
        "default": "default",
        "description": "What rows hold that exist when the column is added.",
    }


def test_secrets_are_marked():
    secret = {name for name, found in SCHEMA["config"]["variables"].items() if found.get("secret")}

    assert secret == {"databaseUrl", "serviceRoleKey"}
    assert SCHEMA["provider"]["inputProperties"] == SCHEMA["config"]["variables"]


def test_the_defaults_of_the_provider_are_what_it_does():
    variables = SCHEMA["config"]["variables"]
    given = {name: found["default"] for name, found in variables.items() if "default" in found}
    url = {"databaseUrl": "postgresql://"}

    assert settings_from({**url, **given}) == settings_from(url)
    assert {re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name) for name in variables} <= set(
        Provider.__init__.__annotations__
    )

"""The site's own pages: what the package's schema says is in them, and pages that GitHub shows are shown alike."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools.site.markdown import in_the_site, indented, of_the_root
from tools.site.reference import INDEX, PROVIDER, TYPES, pages, place

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "supaschema" / "schema.json").read_text(encoding="utf-8"))
PAGES = pages(SCHEMA)
ENUMS = (ROOT / "supaschema" / "src" / "supaschema" / "pulumi" / "_enums.py").read_text(encoding="utf-8")


def snake(name: str) -> str:
    """Return a property's name in Python."""
    return re.sub("(?<=[a-z])([A-Z])", r"_\1", name).lower()


@pytest.mark.parametrize("token", SCHEMA["resources"])
def test_a_resource_has_a_page_with_its_arguments_and_outputs(token):
    resource, page = SCHEMA["resources"][token], PAGES[place(token)]
    arguments, _, outputs = page.partition("## Outputs")

    assert resource["description"] in arguments
    assert token in arguments
    for key, spec in resource["inputProperties"].items():
        (row,) = re.findall(rf"^\| `{snake(key)}` \|.*", arguments, re.MULTILINE)
        assert ("**required**" in row) is (key in resource["requiredInputs"]), row
        assert spec.get("description", "").replace("|", "\\|") in row
        assert str(spec.get("default", "")).lower() in row.lower()
    assert ("`qualified_name`" in outputs) is ("qualifiedName" in resource["properties"])
    assert f"[{token.rpartition(':')[2]}]" in PAGES[INDEX]


@pytest.mark.parametrize("token", SCHEMA["types"])
def test_a_type_has_a_section_and_what_is_of_it_leads_there(token):
    name = token.rpartition(":")[2]
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGES[TYPES], re.MULTILINE | re.DOTALL))

    assert SCHEMA["types"][token]["description"] in sections[name]
    for value in SCHEMA["types"][token].get("enum", ()):
        (named,) = re.findall(rf"^\| `{re.escape(value['value'])}` \| `{name}\.(.*)` \|$", sections[name], re.MULTILINE)
        enum = ENUMS.partition(f"\nclass {name}(")[2].partition("\nclass ")[0]
        assert f'    {named} = "{value["value"]}"\n' in enum
    assert any(f"types.md#{name.lower()})" in page for page in PAGES.values()) or f"(#{name.lower()})" in PAGES[TYPES]


def test_the_providers_settings_are_told_and_which_are_secret():
    assert re.findall(r"^\| `(\w+)` .*A secret\. ", PAGES[PROVIDER], re.MULTILINE) == [
        "database_url",
        "service_role_key",
    ]


def test_what_belongs_to_an_item_is_indented_as_the_site_wants_it():
    page = "1. one\n\n   ```sh\n   a\n     b\n   ```\n\n2. two\n   more\n\n- x\n  y\n\nafter\n\n```text\n  z\n```"

    assert indented(page) == (
        "1. one\n\n    ```sh\n    a\n      b\n    ```\n\n2. two\n    more\n\n- x\n    y\n\nafter\n\n```text\n  z\n```"
    )


def test_links_that_leave_the_folder_of_pages_lead_to_the_sites_own_or_are_none():
    assert of_the_root("[a](docs/a.md#b) [g](GLOSSARY.md)") == "[a](a.md#b) [g](GLOSSARY.md)"
    page = "[b](../b.md#c) [s](../../SECURITY.md) [w](../../.github/workflows/x.yml) [h](https://x.example)"
    assert in_the_site(page, "guides/a.md") == "[b](../b.md#c) [s](../SECURITY.md) w [h](https://x.example)"

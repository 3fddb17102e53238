"""What MkDocs calls while it builds the site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from tools.site import markdown, reference

ROOT = Path(__file__).resolve().parents[2]
ROOT_PAGES = {"README.md": "index.md", "GLOSSARY.md": "GLOSSARY.md", "SECURITY.md": "SECURITY.md"}
"""Pages beside `docs/`, and where the site has them."""
_SCHEMA = ROOT / "supaschema" / "schema.json"


def on_config(config: Any) -> Any:
    """Put the resources' pages into the navigation, behind their index."""
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    resources = [reference.place(token) for token in schema["resources"]]
    for entry in config.nav:
        if isinstance(entry, dict) and "Reference" in entry:
            entry["Reference"] = [reference.INDEX, reference.PROVIDER, *resources, reference.TYPES]
    return config


def on_files(files: Files, *, config: Any) -> Files:
    """Add the pages that are not in `docs/`."""
    for name, there in ROOT_PAGES.items():
        text = markdown.of_the_root((ROOT / name).read_text(encoding="utf-8"))
        files.append(File.generated(config, there, content=text))
    for there, text in reference.pages(json.loads(_SCHEMA.read_text(encoding="utf-8"))).items():
        files.append(File.generated(config, there, content=text))
    return files


def on_page_markdown(text: str, *, page: Any, **_: Any) -> str:
    """Return a page's text as MkDocs wants it."""
    own = page.file.src_uri in ROOT_PAGES.values()
    return markdown.indented(text if own else markdown.in_the_site(text, page.file.src_uri))

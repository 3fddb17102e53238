"""The site is built as `make site` does it: strictly. Every link leads somewhere, and the guides' programs declare."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest

from tests.support.pulumi import ROOT
from tests.support.wheel import unpacked_wheel

GUIDES = [path for path in sorted((ROOT / "docs" / "guides").glob("*.md")) if "```python" in path.read_text("utf-8")]
_RUN = """
import json, sys, pulumi, pulumi.runtime
class Echo(pulumi.runtime.Mocks):
    def new_resource(self, args): return args.name, args.inputs
    def call(self, args): return {}, None
pulumi.runtime.set_mocks(Echo())
import supaschema.pulumi as supa
programs = json.load(sys.stdin)
pulumi.runtime.test(lambda: [exec(program, globals()) for program in programs] and None)()
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library as it is installed."""
    return unpacked_wheel(tmp_path_factory.mktemp("library"))


def test_the_site_is_whole(tmp_path: Path) -> None:
    """One test for all of it: two that build at once would install its tools at once."""
    folder = tmp_path / "site"
    done = subprocess.run([ROOT / "scripts" / "site.sh", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pages = {
        path: html5lib.parse(path.read_text(encoding="utf-8"), namespaceHTMLElements=False)
        for path in sorted(folder.rglob("*.html"))
    }
    own = {path.stem for path in (ROOT / "docs").rglob("*.md")} - {"README"}

    assert own - {path.stem for path in pages} == set()
    assert list(astray(pages)) == []
    assert len(loaded := list(addresses_loaded(pages))) > 100
    assert [address for address in loaded if urlsplit(address).netloc] == []


def astray(pages: Mapping[Path, Element]) -> Iterator[str]:
    """Yield each link within the site that leads to no page, or to no place in it."""
    anchors = {path: {found for item in page.iter() if (found := item.get("id"))} for path, page in pages.items()}
    led = 0
    for path, page in pages.items():
        # The links of that one are from the site's root, wherever that is.
        for item in page.iter() if path.name != "404.html" else ():
            parts = urlsplit(link := item.get("href") or item.get("src") or "")
            if parts.scheme or parts.netloc or not link:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            led += 1
            if not target.exists() or (parts.fragment and unquote(parts.fragment) not in anchors.get(target, ())):
                yield f"{path.name}: {link}"
    assert led > 1000


def addresses_loaded(pages: Mapping[Path, Element]) -> Iterator[str]:
    """Yield what a browser fetches to show the pages."""
    loads = ("script", "link", "img", "iframe")
    for item in (item for page in pages.values() for item in page.iter() if item.tag in loads):
        yield item.get("src") or item.get("href") or ""


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guides_programs_declare(guide: Path, library: Path) -> None:
    """Under Pulumi's mocks, in a process of their own: the names and the types are those that there are."""
    programs = re.findall(r"^ *```python\n(.*?)^ *```$", guide.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-c", _RUN],
        input=json.dumps([textwrap.dedent(program) for program in programs]),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(library)},
    )

    assert done.returncode == 0, done.stderr

"""What GitHub shows and MkDocs would not: the indents of lists, and links that leave the site."""

from __future__ import annotations

import posixpath
import re

_ITEM = re.compile(r"(?P<marker>- |\d+\. )\S")
_FENCE = re.compile(r"\s*```")
_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<target>\.\./[^)]*)\)")
_INDENT = 4
"""Columns by which Python's Markdown wants what belongs to an item indented."""


def of_the_root(text: str) -> str:
    """Return a page of the project's root as one of the site's root: what it names in `docs/` is beside it."""
    return text.replace("](docs/", "](")


def in_the_site(text: str, place: str) -> str:
    """Return a page of `docs/` with links that the site has; a file of the project that is no page gets none.

    Args:
        text: The page.
        place: Where it is in `docs/`.

    """

    def linked(match: re.Match[str]) -> str:
        led = posixpath.normpath(posixpath.join("docs", posixpath.dirname(place), match["target"]))
        if led.startswith("docs/"):
            return match[0]
        # Pages of the project's root are pages of the site's.
        own = posixpath.relpath(led, posixpath.dirname(place) or ".")
        return f"[{match['text']}]({own})" if led.endswith(".md") else match["text"]

    return _LINK.sub(linked, text)


def indented(text: str) -> str:
    """Return a page with what belongs to an item of a list indented as much as its own marker is not."""
    lines: list[str] = []
    width, fenced = 0, False
    for line in text.split("\n"):
        item = None if fenced else _ITEM.match(line)
        if item:
            width = len(item["marker"])
        elif line and not line.startswith(" ") and not fenced:
            width = 0
        belongs = width and not item and line.startswith(" " * width)
        lines.append(" " * (_INDENT - width) + line if belongs else line)
        if _FENCE.match(line):
            fenced = not fenced
    return "\n".join(lines)

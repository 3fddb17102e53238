"""Text of a database or a program within Markdown: it is shown as it is, and says nothing to whoever renders it.

Names and comments may hold anything: HTML, links, a mention that writes to somebody, the end of a code block, codes
that steer a terminal.
"""

from __future__ import annotations

import html
import re

from supaschema.core.printable import line, lines

_SPECIAL = re.compile(r"([\\`*_\[\]|~$])|^(?=[-+#>=])|^(\d+)(?=[.)])")
_JOINER = "\u2060"
"""A word joiner: nobody sees it, and no mention, reference to an issue or link is found around it."""
_FOUND = re.compile(r"(?<=[@#])(?=\w)|(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bGH)(?=-\d)", re.IGNORECASE)
_TICKS = re.compile(r"`+")


def prose(text: str) -> str:
    """Return a text as one line of plain words."""
    told = _FOUND.sub(_JOINER, line(text))
    return html.escape(_SPECIAL.sub(_escaped, told), quote=False)


def code(text: str) -> str:
    """Return a text as code within a line."""
    told = line(text)
    ticks = "`" * (_longest(told) + 1)
    room = " " if told.startswith("`") or told.endswith("`") or not told.strip() else ""
    return f"{ticks}{room}{told}{room}{ticks}"


def block(text: str, language: str = "") -> str:
    """Return a text as a block of code."""
    # Each line by itself: one that is not the first may begin where it wants.
    told = "\n".join(lines(each) for each in text.split("\n"))
    ticks = "`" * max(3, _longest(told) + 1)
    return f"{ticks}{language}\n{told}\n{ticks}"


def folded(summary: str, body: str) -> str:
    """Return what is shown once somebody asks for it, under a summary in HTML."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def inline_html(text: str) -> str:
    """Return a text as code within HTML."""
    return f"<code>{html.escape(line(text))}</code>"


def words_html(text: str) -> str:
    """Return a text as plain words within HTML."""
    return html.escape(_FOUND.sub(_JOINER, line(text)))


def _escaped(match: re.Match[str]) -> str:
    return f"{match[2]}\\" if match[2] else f"\\{match[0]}"


def _longest(text: str) -> int:
    return max((len(found) for found in _TICKS.findall(text)), default=0)

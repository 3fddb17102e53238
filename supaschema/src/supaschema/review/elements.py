"""Elements of a page: what they hold is text of a database or a program until one of these has made markup of it."""

from __future__ import annotations

import html
from collections.abc import Iterable

from supaschema.core.printable import line, lines
from supaschema.review.phrases import Phrase, marked


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: str) -> Markup:
    """Return an element; a child that is no markup is shown as it is.

    Args:
        name: The element.
        children: What it holds.
        attributes: Its attributes; a `_` at the end of a name is left out, one within is a hyphen.

    """
    told = "".join(f' {key.rstrip("_").replace("_", "-")}="{_quoted(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{told}>{joined(children)}</{name}>")


def joined(children: Iterable[str]) -> Markup:
    """Return several as one."""
    return Markup("".join(child if isinstance(child, Markup) else text(child) for child in children))


def text(words: str) -> Markup:
    """Return a text as it is shown, its lines kept."""
    return Markup(html.escape("\n".join(lines(each) for each in words.split("\n")), quote=False))


def phrase(words: Phrase) -> Markup:
    """Return a sentence."""
    return Markup(marked(words, _prose, _code))


def folded(summary: str, *children: str, class_: str = "") -> Markup:
    """Return what is shown once somebody asks for it."""
    attributes = {"class_": class_} if class_ else {}
    return element("details", element("summary", summary), *children, **attributes)


def sentence(words: str) -> Markup:
    """Return words of ours in which names stand between backticks."""
    parts = words.split("`")
    return joined(element("code", part) if place % 2 else part for place, part in enumerate(parts))


def _prose(words: str) -> str:
    return text(line(words))


def _code(words: str) -> str:
    return element("code", line(words))


def _quoted(value: str) -> str:
    return html.escape(line(value), quote=True)

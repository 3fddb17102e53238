"""What a database or a program names is shown in a report, and does nothing there."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supaschema.review import markup

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "](https://example.org) [x",
    "`` ` ``",
    "```\n# heading",
    "@everybody see #1 and GH-1",
    "https://example.org/?q=secret www.example.org",
    "</details><details open>",
    "| a | b |",
    "\x1b[31mred\x1b[0m \u202eright to left",
    "$\\color{white}{hidden}$",
    "# heading",
    "1. one",
    "- item",
    "**bold** _it_ ~~gone~~ <!-- supaschema -->",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_prose_holds_no_markup(text):
    said = markup.prose(text)

    assert "<" not in said
    assert "\n" not in said
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert not re.search(r"(?<!\\)[*_`\[\]|~$]", said)
    assert not re.search(r"@\w|#\w|://|www\.|GH-\d", said)
    assert not re.match(r"[-+#>]|\d+[.)]", said)


def test_plain_words_stay_as_they_are():
    said = "Table public.jobs holds 1,200 rows: it goes to the archive (with all of them)."

    assert markup.prose(said) == said


@given(st.text(max_size=40))
def test_code_within_a_line_ends_where_it_ends(text):
    said = markup.code(text)
    ticks = re.match("`+", said)

    assert ticks
    assert said.endswith(ticks[0])
    assert not re.search(rf"(?<!`){ticks[0]}(?!`)", said[len(ticks[0]) : -len(ticks[0])])
    assert "\n" not in said


@given(st.text(alphabet="`a \n~", max_size=40))
def test_a_block_of_code_ends_where_it_ends(text):
    first, *inner, last = markup.block(text, "sql").split("\n")

    assert first == f"{last}sql"
    assert not any(line.strip().startswith(last) for line in inner)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_summary_in_html_holds_the_text_alone(text):
    said = markup.inline_html(text)

    assert re.fullmatch(r"<code>[^<>]*</code>", said)
    assert "&" not in re.sub(r"&(lt|gt|amp|quot|#x27);", "", html.escape(html.unescape(said[6:-7])))

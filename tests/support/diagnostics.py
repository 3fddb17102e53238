"""What the CLI prints under `Diagnostics`, and the page that lists it."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable

from tests.support.pulumi import ROOT, Finished

PAGE = ROOT / "docs" / "errors.md"
WRITES = "ERRORS_PAGE"
"""The environment variable by which the tests write the page instead of comparing with it."""

_SUMMARIES = ("update failed", "preview failed")
"""What the engine adds to the error of a resource."""

_HEAD = """\
# What is said when something is wrong

Every message says what was wrong, where, and what to do; the database is then as it was before. This page is written by
the tests that produce the messages: `ERRORS_PAGE=write .venv/bin/pytest tests/errors`. Without the variable they fail
where a message differs from it.

What the server says of rows is left out where it may hold their values: instead there are table, constraint and column,
the SQLSTATE, and the query that finds the rows (`The rows are among those of: ...`). So is what it says of a statement
that holds a secret. Control characters in names are shown as escapes ([secrets](secrets.md)).

| what was wrong | what is said | what to do |
|---|---|---|
"""

# What differs from run to run.
_VARIABLE = (
    (r"\b(127\.0\.0\.1|0\.0\.0\.0):\d{4,5}\b", "HOST:PORT"),
    (r'"127\.0\.0\.1", port \d+', '"HOST", port PORT'),
    (r"\b(errors|test)_\d+\b", "DATABASE"),
    (r"\bprocess \d+", "process 4711"),
    (r"\bfor \d+ s\b", "for 2 s"),
    (r'file "pg_tblspc/[^"]+"', 'file "pg_tblspc/..."'),
)


def errors_of(done: Finished) -> dict[str, list[str]]:
    """Return the errors that a run reports, each in one line, by resource; without the engine's own summaries."""
    listed = f"{done.stdout}\n".partition("\nDiagnostics:\n")[2].partition("\nResources:\n")[0]
    found: dict[str, list[str]] = {}
    for part in re.split(r"^ {2}(?=\S)", listed, flags=re.MULTILINE):
        name = part.partition("\n")[0].rpartition("(")[2].removesuffix("):")
        texts = re.findall(r"^ {4}error: ((?:(?!^ {4}(?:error|warning): ).)*)", part, re.MULTILINE | re.DOTALL)
        lines = [" ".join(text.split()) for text in texts]
        if kept := [line for line in lines if line not in _SUMMARIES]:
            found[name] = kept
    return found


def errors(done: Finished) -> list[str]:
    """Return the errors that a run reports, of any resource or none."""
    found = [line for lines in errors_of(done).values() for line in lines]
    return [*found, *re.findall(r"^error: (.*)", done.stderr, re.MULTILINE)]


def fixed(message: str) -> str:
    """Return a message without what differs from run to run."""
    for pattern, instead in _VARIABLE:
        message = re.sub(pattern, instead, message)
    return message


def row(title: str, message: str, remedy: str) -> str:
    """Return a case's line of the page."""
    said = " ".join(fixed(message).replace(remedy, "").split())
    return "| {} | {} | {} |".format(*(text.replace("|", "\\|") for text in (title, said, remedy)))


def rows() -> list[str]:
    """Return the page's lines, one per case."""
    return page().removeprefix(_HEAD).splitlines()


def page() -> str:
    """Return the page's text."""
    return PAGE.read_text(encoding="utf-8") if PAGE.exists() else _HEAD


def compare(line: str, titles: Iterable[str]) -> None:
    """Compare a case's line with the page's, or write it there; `titles` is the order of all cases."""
    if os.environ.get(WRITES) != "write":
        assert line in rows()
        return
    with PAGE.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = {text.split(" | ")[0]: text for text in [*rows(), line]}
        lines = [known[f"| {title}"] for title in titles if f"| {title}" in known]
        file.truncate(0)
        file.write(_HEAD + "".join(f"{text}\n" for text in lines))

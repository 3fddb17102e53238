"""The status as one page that needs no network and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

from monitoring.status.charts import charts
from monitoring.status.concerns import concerns
from monitoring.status.model import Section, Status
from monitoring.status.screen import deployed
from monitoring.status.words import cell, moment
from supaschema.review.elements import Markup, element, joined

_STYLE = Path(__file__).parent / "page.css"


def page(status: Status) -> str:
    """Return the page; all that comes from the database is shown as it is, and is no markup."""
    style = _STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", f"Status of {status.stack}"),
        element("style", Markup(style)),
    )
    drawn = charts(status)
    body = element("body", _head(status), *(_section(section, drawn) for section in status.sections))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _head(status: Status) -> Markup:
    wrong = concerns(status)
    told = [element("li", concern) for concern in wrong]
    return joined(
        (
            element("h1", f"Stack {status.stack}"),
            element("p", f"As {status.role}, {moment(status.at)} UTC. {deployed(status)}"),
            *(
                element("p", f"Last {name}: {outcome.word}, {moment(outcome.at)} UTC.")
                for name, outcome in status.outcomes.items()
            ),
            *((element("p", "Page for admins: ", _link(status.page)),) if status.page else ()),
            *(element("p", f"Let off: {sentence}") for sentence in status.let_off),
            element("ul", *told, class_="wrong") if told else element("p", "Nothing wants attention.", class_="well"),
        )
    )


def _link(address: str) -> Markup:
    # Of another scheme it might run something.
    return element("a", address, href=address) if address.startswith("https://") else joined((address,))


def _section(section: Section, drawn: Mapping[str, tuple[str, str]]) -> Markup:
    head = (element("h2", section.title), element("p", section.explanation, class_="quiet"))
    if section.untold is not None:
        return element("section", *head, element("p", section.untold, class_="wrong"))
    if not section.rows:
        return element("section", *head, element("p", "none", class_="quiet"))
    chart = []
    if section.name in drawn:
        address, words = drawn[section.name]
        chart = [Markup(f'<img src="{address}" alt="{words}">')]
    names = list(section.rows[0])
    table = element(
        "table",
        element("thead", element("tr", *(element("th", name.replace("_", " ")) for name in names))),
        element(
            "tbody",
            *(element("tr", *(element("td", cell(name, row[name])) for name in names)) for row in section.rows),
        ),
    )
    return element("section", *head, *chart, element("div", table, class_="scroll"))

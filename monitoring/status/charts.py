"""Charts of the status page, each an image within the page: SVG of pygal, without script and without network."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree

import pygal
from pygal.style import Style

from monitoring.status.model import Status
from monitoring.status.words import duration, number, size
from supaschema.core.printable import line

_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#5d6670",
    foreground_strong="#1c2024",
    foreground_subtle="#5d6670",
    colors=("#18794e", "#e09a1a", "#c62a2f", "#0b68cb"),
    font_family="system-ui, sans-serif",
    opacity="1",
)
_SYNCS = ("successful", "partial", "failed")


def charts(status: Status) -> Mapping[str, tuple[str, str]]:
    """Return by section the address of its chart, as data, and what it shows in words."""
    found: dict[str, tuple[str, str]] = {}
    if status.rows("syncs"):
        found["syncs"] = (_syncs(status), "Syncs by day: successful, partial, failed.")
    for section, label, value, title, words in (
        ("queues", "queue", "oldest_seconds", "How long the oldest has waited", duration),
        ("storage", "org_id", "bytes", "Documents of the largest organizations", size),
        ("tables", "relation", "table_bytes", "The largest tables", size),
    ):
        rows = [row for row in status.rows(section) if isinstance(row[value], (int, float))][:10]
        if rows:
            bars = [(line(str(row[label])), number(row[value])) for row in rows]
            found[section] = (_bars(title, bars, words), f"{title}.")
    return found


def _syncs(status: Status) -> str:
    rows = status.rows("syncs")
    days = sorted({str(row["day"]) for row in rows})
    chart = pygal.StackedBar(title="Syncs by day", x_label_rotation=40, height=300, **_common())
    chart.x_labels = days
    for outcome in _SYNCS:
        chart.add(outcome, [sum(number(row[outcome]) for row in rows if row["day"] == day) for day in days])
    return _address(chart)


def _bars(title: str, bars: Iterable[tuple[str, float]], words: Any) -> str:
    bars = list(bars)
    chart = pygal.HorizontalBar(
        title=title, show_legend=False, height=80 + 34 * len(bars), value_formatter=words, **_common()
    )
    chart.x_labels = [name for name, _ in reversed(bars)]
    chart.add("", [value for _, value in reversed(bars)])
    return _address(chart)


def _common() -> dict[str, Any]:
    return {"style": _STYLE, "width": 900, "js": (), "show_y_guides": True, "print_values": False}


def _address(chart: Any) -> str:
    tree = chart.render_tree()
    for parent in list(tree.iter()):
        for script in [child for child in parent if str(child.tag).endswith("script")]:
            parent.remove(script)
    text = base64.b64encode(ElementTree.tostring(tree)).decode()
    return f"data:image/svg+xml;base64,{text}"

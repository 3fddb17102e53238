"""The status on one screen of a terminal."""

from __future__ import annotations

import io
import shutil

from rich import box
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from monitoring.status.concerns import concerns
from monitoring.status.model import Section, Status, Value
from monitoring.status.words import cell, moment
from supaschema.core.printable import line

_ROWS = 8
"""Rows of a section that a screen shows; JSON and the page have all."""
_NUMBERS = (int, float)


def screen(status: Status, *, width: int | None = None, color: bool = False) -> str:
    """Return the screen as text; only with `color` does it hold codes for a terminal."""
    columns = width or shutil.get_terminal_size().columns
    out = io.StringIO()
    console = Console(
        file=out,
        width=columns,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        emoji=False,
        markup=False,
    )
    console.print(_head(status))
    for section in status.sections:
        console.print(_section(section))
    return out.getvalue()


def _head(status: Status) -> Panel:
    told = [Text(f"As {line(status.role)}, {moment(status.at)} UTC.", style="dim"), Text(deployed(status))]
    told += [Text(f"Last {name}: {one.word}, {moment(one.at)} UTC.") for name, one in status.outcomes.items()]
    if status.page:
        told.append(Text(f"Page for admins: {line(status.page)}"))
    told += [Text(f"Let off: {line(sentence)}") for sentence in status.let_off]
    wrong = concerns(status)
    told += [Text(f"! {line(concern)}", style="bold red") for concern in wrong]
    if not wrong:
        told.append(Text("Nothing of what was told wants attention.", style="green"))
    return Panel(Group(*told), title=Text(f"Stack {line(status.stack)}"), box=box.ASCII2, title_align="left")


def deployed(status: Status) -> str:
    """Return what is deployed, in a sentence."""
    if not status.updates:
        return "What is deployed from which commit is not known here: pulumi stack history tells it."
    last = status.updates[0]
    return f"Deployed {moment(last.at)}, {line(last.result)}, from commit {line(last.commit or 'unknown')}."


def _section(section: Section) -> Group:
    title = Text(section.title, style="bold")
    if section.untold is not None:
        return Group(title, Text(f"  {line(section.untold)}", style="yellow"))
    if not section.rows:
        return Group(title, Text("  none", style="dim"))
    table = Table(box=box.ASCII2, pad_edge=False, show_edge=False, header_style="dim")
    for name, value in section.rows[0].items():
        table.add_column(Text(name.replace("_", " ")), justify="right" if isinstance(value, _NUMBERS) else "left")
    for row in section.rows[:_ROWS]:
        table.add_row(*(Text(_shown(name, value)) for name, value in row.items()))
    more = len(section.rows) - _ROWS
    rest = [Text(f"  and {more} more: --json or --html", style="dim")] if more > 0 else []
    return Group(title, table, *rest)


def _shown(name: str, value: Value) -> str:
    return line(cell(name, value))

"""Tables, columns, constraints, indexes, triggers and views: each as declared, in the server's own spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from supaschema.core.model import ObjectId
from supaschema.core.type_names import canonical_type
from supaschema.kinds.column import Column
from supaschema.kinds.constraint import Constraint
from supaschema.kinds.index import Index
from supaschema.kinds.materialized_view import MaterializedView
from supaschema.kinds.table import Table
from supaschema.kinds.trigger import Trigger
from supaschema.kinds.view import View
from tests.deployed.checks import types
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack, named

_COLUMN = re.compile(r"[a-z_][a-z0-9_]*")


def tables(stack: Stack) -> Verdict:
    """Each declared table exists, is the deploying role's own, and has no column that nobody declares."""
    live = stack.by_name("relations", "schema", "name")
    wanted = [id.name for id, _ in stack.declared.of("table", Table)]
    columns = stack.by_name("columns", "schema", "relation", "name")
    found = [
        finding
        for name in wanted
        for finding in differences(named(*name), {"kind": "r", "owner": stack.owner}, live.get(name))
    ]
    declared = {id.name for id, _ in stack.declared.of("column", Column)}
    strays = [name for name in columns if name[:2] in wanted and name not in declared]
    found += [Finding(named(*name), "nobody declares this column.") for name in strays]
    return Verdict(f"{len(wanted)} tables exist, with no column that nobody declares", tuple(found))


def columns(stack: Stack) -> Verdict:
    """Each declared column has its type, default, generation, identity, NOT NULL; each type is what it was."""
    live = stack.by_name("columns", "schema", "relation", "name")
    wanted = dict(stack.declared.of("column", Column))
    found = list(types.findings(stack))
    for id, column in wanted.items():
        expected = {
            "type": canonical_type(column.type),
            "default": _default(stack, id, column.default),
            "generated": stack.spelled(id, "generated") if column.generated is not None else None,
            "identity": column.identity,
        }
        found += differences(named(*id.name), expected, live.get(id.name))
    required = {id.name for id in stack.declared.facts if id.kind == "not_null"}
    for names, not_null in ((required, True), (stack.declared.nullable, False)):
        for name in sorted(names):
            if name in live:
                found += differences(named(*name), {"not_null": not_null}, live[name])
    return Verdict(f"{len(wanted)} columns have their type, their default, and admit NULL or not", tuple(found))


def constraints(stack: Stack) -> Verdict:
    """Each declared constraint exists, says what was deployed, and holds for every row."""
    live = stack.by_name("constraints", "schema", "relation", "name")
    wanted = dict(stack.declared.of("constraint", Constraint))
    found = [
        finding
        for id, constraint in wanted.items()
        for finding in differences(
            named(*id.name),
            {
                "type": constraint.type,
                "validated": constraint.validated,
                "columns": list(constraint.columns),
                "references": constraint.references,
                "on_delete": constraint.on_delete,
                "definition": stack.spelled(id, "text"),
            },
            live.get(id.name),
        )
    ]
    return Verdict(f"{len(wanted)} constraints hold for every row", tuple(found))


def indexes(stack: Stack) -> Verdict:
    """Each declared index exists, on what was deployed, and is usable."""
    live = stack.by_name("indexes", "schema", "relation", "name")
    wanted = dict(stack.declared.of("index", Index))
    found = [
        finding
        for id, index in wanted.items()
        for finding in differences(
            named(*id.name),
            {
                "usable": True,
                "unique": index.unique,
                "method": index.method,
                "partial": index.where is not None,
                "keys": _keys(stack, id, index),
                "definition": stack.spelled(id, "text"),
            },
            live.get(id.name),
        )
    ]
    return Verdict(f"{len(wanted)} indexes are valid and on the columns they were built for", tuple(found))


def triggers(stack: Stack) -> Verdict:
    """Each declared trigger fires, when and for what was deployed, and calls its function."""
    live = stack.by_name("triggers", "schema", "relation", "name")
    wanted = dict(stack.declared.of("trigger", Trigger))
    found = [
        finding
        for id, trigger in wanted.items()
        for finding in differences(
            named(*id.name),
            {
                "enabled": "O",
                "timing": trigger.timing,
                "events": sorted(trigger.events),
                "function": trigger.function,
                "definition": stack.spelled(id, "text"),
            },
            live.get(id.name),
        )
    ]
    return Verdict(f"{len(wanted)} triggers are enabled", tuple(found))


def views(stack: Stack) -> Verdict:
    """Each declared view asks what was deployed, with its reader's rights."""
    live = stack.by_name("relations", "schema", "name")
    wanted = dict(stack.declared.of("view", View))
    found: list[Finding] = []
    for id, view in wanted.items():
        expected = {"kind": "v", "owner": stack.owner, "query": stack.spelled(id, "query")}
        found += differences(named(*id.name), expected, live.get(id.name))
        if id.name in live:
            found += _options(named(*id.name), view, live[id.name]["options"])
    held = dict(stack.declared.of("materialized_view", MaterializedView))
    for id in held:
        # Whether it is filled is for whoever refreshes it.
        expected = {"kind": "m", "owner": stack.owner, "query": stack.spelled(id, "query")}
        found += differences(named(*id.name), expected, live.get(id.name))
    return Verdict(f"{len(wanted) + len(held)} views ask what was deployed, with their reader's rights", tuple(found))


def _default(stack: Stack, id: ObjectId, declared: str | None) -> Any:
    """Return a default as the server prints it: a number or a call as it is written, a text with its type."""
    return stack.spelled(id, "default") if declared and "'" in declared else declared


def _keys(stack: Stack, id: ObjectId, index: Index) -> list[str]:
    """Return an index's keys as the server prints them: a column's name as it is, an expression as it was spelled."""
    spelled = [item["expression"] for item in stack.spelled(id, "keys") or ()]
    keys = []
    for key, other in zip_longest(index.keys, spelled[: len(index.keys)]):
        text = key.expression if _COLUMN.fullmatch(key.expression) else other
        keys.append(f"{text}{' desc' if key.descending else ''}")
    return keys


def _options(name: str, view: View, options: list[str]) -> Iterator[Finding]:
    live = dict(option.split("=", 1) for option in options)
    invoker = live.get("security_invoker", "false") in ("true", "on", "1", "yes")
    if invoker != view.security_invoker:
        rights = "its reader's" if invoker else "its owner's"
        yield Finding(name, f"it runs with {rights} rights: security_invoker is not as declared.")
    if live.get("check_option") != view.check_option:
        yield Finding(name, f"check option is {live.get('check_option')!r}, not {view.check_option!r}.")

"""Policies, publications, and what single statements say: grants, comments, settings."""

from __future__ import annotations

import dataclasses

from hypothesis import strategies as st

from soak.constraints import a_column
from soak.drawing import Draw, Maker, fields, maybe, new_name, pick, predicate
from soak.world import PUBLIC, TYPES, VIEWS, Item, Kind, World

_ROLES = ("anon", "authenticated", "service_role")


def _policy(draw: Draw, world: World, on: str) -> Item | None:
    field = a_column(draw, world, on, flavors=("table", "partitioned"))
    if field is None:
        return None
    verb = pick(draw, ("all", "select", "insert", "update", "delete"))
    way = pick(draw, ("permissive", "restrictive"))
    head = f" as {way} for {verb} to {pick(draw, (*_ROLES, 'public'))}"
    word = "with check" if verb == "insert" else "using"
    option = f" {word} ({predicate(draw, world, field)})"
    return Item(world.key("p"), Kind.POLICY, "policy", new_name(draw, world), field.parent, head, option=option)


def _publication(draw: Draw, world: World, _on: str) -> Item | None:
    tables = [it for it in world.made_by("table") if not it.head]
    if not tables:
        return None
    chosen = draw(st.lists(st.sampled_from(tables), unique_by=lambda it: it.key, min_size=1, max_size=2))
    parts = tuple(_published(draw, world, it) for it in chosen)
    tail = pick(draw, ("", "", " with (publish = 'insert')"))
    return Item(world.key("b"), Kind.PUBLICATION, "publication", new_name(draw, world), tail=tail, parts=parts)


def _published(draw: Draw, world: World, table: Item) -> str:
    columns = [it for it in fields(world, table.key) if not it.option.startswith("generated")]
    if not columns or not maybe(draw, 3):
        return f"{{{table.key}}}"
    return f"{{{table.key}}} ({{{pick(draw, columns).key}}})"


def _statement(world: World, flavor: str, head: str) -> Item:
    return Item(world.key("z"), Kind.STATEMENT, flavor, f"z{world.number}", head=head)


_PRIVILEGES = {
    Kind.SCHEMA: ("schema", ("usage", "create")),
    Kind.TABLE: ("table", ("select", "insert", "update", "all")),
    Kind.VIEW: ("table", ("select", "all")),
    Kind.MATERIALIZED_VIEW: ("table", ("select",)),
    Kind.SEQUENCE: ("sequence", ("usage", "select")),
    Kind.ENUM: ("type", ("usage",)),
    Kind.DOMAIN: ("domain", ("usage",)),
    Kind.COMPOSITE: ("type", ("usage",)),
    Kind.RANGE: ("type", ("usage",)),
}


def _grant(draw: Draw, world: World, _on: str) -> Item | None:
    found = [it for it in world.of(*_PRIVILEGES) if it.name != PUBLIC]
    if not found:
        return None
    item = pick(draw, found)
    what, privileges = _PRIVILEGES[item.kind]
    privilege = pick(draw, privileges)
    columns = fields(world, item.key) if item.kind in (Kind.TABLE, Kind.VIEW) else []
    if columns and privilege != "all" and maybe(draw, 3):
        privilege += f" ({{{pick(draw, columns).key}}})"
    end = " with grant option" if maybe(draw, 6) else ""
    return _statement(world, "grant", f"grant {privilege} on {what} {{{item.key}}} to {pick(draw, _ROLES)}{end}")


_COMMENTED = (
    Kind.SCHEMA,
    Kind.TABLE,
    *VIEWS,
    Kind.SEQUENCE,
    *TYPES,
    Kind.COLUMN,
    Kind.INDEX,
    Kind.POLICY,
    Kind.TRIGGER,
)


def _comment(draw: Draw, world: World, _on: str) -> Item | None:
    found = [it for it in world.of(*_COMMENTED) if it.name != PUBLIC]
    free = [it for it in found if not any(it.key in other.beside for other in world.made_by("comment"))]
    if not free:
        return None
    item = pick(draw, free)
    word = "domain" if item.kind is Kind.DOMAIN else "type" if item.kind in TYPES else item.kind.value.replace("_", " ")
    what = f"{{{item.key}}}"
    if item.kind is Kind.COLUMN:
        what = f"{{{item.parent}}}.{what}"
    elif item.kind is Kind.INDEX:
        what = f"{{{item.parent}__schema}}.{what}"
    elif item.kind in (Kind.POLICY, Kind.TRIGGER):
        what += f" on {{{item.parent}}}"
    text = pick(draw, ("One.", "It''s two.", "Drei\n-- vier"))
    return dataclasses.replace(
        _statement(world, "comment", f"comment on {word} {what} is '{text}'"), beside=(item.key,)
    )


def _setting(draw: Draw, world: World, _on: str) -> Item | None:
    tables = world.made_by("table", "partitioned")
    if not tables:
        return None
    key = pick(draw, tables).key
    texts = ["enable row level security", "force row level security", "replica identity full"]
    texts += [f"alter column {{{it.key}}} set statistics 50" for it in fields(world, key)]
    return _statement(world, "setting", f"alter table {{{key}}} {pick(draw, texts)}")


MAKERS: dict[str, Maker] = {
    "policy": _policy,
    "publication": _publication,
    "grant": _grant,
    "comment": _comment,
    "setting": _setting,
}

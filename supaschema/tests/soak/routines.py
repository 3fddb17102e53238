"""Functions and triggers."""

from __future__ import annotations

from soak.constraints import a_column
from soak.drawing import Draw, Maker, a_type, fields, maybe, new_name, pick, predicate, schema
from soak.values import value
from soak.world import Item, Kind, World

_QUOTE = "$body$"


def _function(draw: Draw, world: World, on: str, said: tuple[str, str, str, str], *, immutable: bool = False) -> Item:
    """Draw how a function of a flavor, with arguments, a result and a query for it, is written."""
    flavor, arguments, returns, query = said
    how = "immutable" if immutable else pick(draw, ("stable", "volatile"))
    end = pick(draw, ("", "", " security definer set search_path = ''", " parallel safe", " cost 7"))
    if query.startswith("begin"):
        body = f"language plpgsql {how}{end} as {_QUOTE} {query} {_QUOTE}"
    elif maybe(draw, 3):
        body = f"language plpgsql {how}{end} as {_QUOTE} begin return ({query}); end {_QUOTE}"
    elif maybe(draw, 4):
        body = f"language sql {how}{end} return ({query})"
    else:
        body = f"language sql {how}{end} as {_QUOTE} select {query} {_QUOTE}"
    return Item(
        *(world.key("f"), Kind.FUNCTION, flavor, new_name(draw, world), schema(draw, world, on)),
        *(arguments, returns, body),
    )


def _constant(draw: Draw, world: World, on: str) -> Item:
    type = a_type(draw, world)
    text = value(world, type, pick(draw, (1, 2)))
    return _function(draw, world, on, ("constant", "", type, f"({text})::{type}"))


def _predicate(draw: Draw, world: World, on: str) -> Item:
    text = pick(draw, ("given > 0", "given < 900 or given is null", "given is not null"))
    return _function(draw, world, on, ("predicate", "given bigint", "boolean", text), immutable=True)


def _doubling(draw: Draw, world: World, on: str) -> Item:
    text = pick(draw, ("given * 2", "given + 1"))
    return _function(draw, world, on, ("doubling", "given bigint", "bigint", text), immutable=True)


def _of_type(draw: Draw, world: World, on: str) -> Item:
    arguments = f"given {a_type(draw, world)}"
    if maybe(draw, 3):
        type = a_type(draw, world)
        arguments += f", more {type} default ({value(world, type, 1)})::{type}"
    return _function(draw, world, on, ("of_type", arguments, "text", "given::text"))


def _of_row(draw: Draw, world: World, on: str) -> Item | None:
    relations = [it for it in world.of(Kind.TABLE, Kind.VIEW) if fields(world, it.key)]
    if not relations:
        return None
    relation = pick(draw, relations)
    field = pick(draw, fields(world, relation.key))
    arguments, text = f"given {{{relation.key}}}", f"given.{{{field.key}}}::text"
    return _function(draw, world, on, ("of_row", arguments, "text", text))


def _counting(draw: Draw, world: World, on: str) -> Item | None:
    relations = world.of(Kind.TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW)
    if not relations:
        return None
    relation = pick(draw, relations)
    query = f"(select count(*) from {{{relation.key}}})"
    return _function(draw, world, on, ("counting", "", "bigint", query))


def _listing(draw: Draw, world: World, on: str) -> Item | None:
    relations = world.of(Kind.TABLE, Kind.VIEW)
    if not relations:
        return None
    key = pick(draw, relations).key
    body = f"language sql stable as {_QUOTE} select * from {{{key}}} {_QUOTE}"
    name = new_name(draw, world)
    return Item(world.key("f"), Kind.FUNCTION, "listing", name, schema(draw, world, on), "", f"setof {{{key}}}", body)


def _called(draw: Draw, world: World, on: str) -> Item:
    text = pick(draw, ("begin return new; end", "begin perform 1; return new; end"))
    return _function(draw, world, on, ("called", "", "trigger", text))


def _trigger(draw: Draw, world: World, on: str) -> Item | None:
    functions = world.made_by("called")
    field = a_column(draw, world, on, flavors=("table", "partitioned"))
    if not functions or field is None:
        return None
    what = pick(draw, ("insert", "update", "insert or update", f"update of {{{field.key}}}", "delete"))
    is_row = not maybe(draw, 3)
    after = f" for each {'row' if is_row else 'statement'} execute function {{{pick(draw, functions).key}}}()"
    is_plain = not field.option.startswith("generated")
    is_fit = is_row and is_plain and what != "delete"
    when = f" when ({predicate(draw, world, field, 'new.')})" if is_fit and maybe(draw, 3) else ""
    head = f"{pick(draw, ('before', 'after'))} {what}"
    return Item(
        *(world.key("g"), Kind.TRIGGER, "trigger", new_name(draw, world), field.parent, head),
        tail=after,
        option=when,
    )


MAKERS: dict[str, Maker] = {
    "constant": _constant,
    "predicate": _predicate,
    "doubling": _doubling,
    "of_type": _of_type,
    "of_row": _of_row,
    "counting": _counting,
    "listing": _listing,
    "called": _called,
    "trigger": _trigger,
}

"""A world as SQL, with rows in its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from soak.values import value
from soak.world import IN_SCHEMA, PUBLIC, Item, Kind, World, mentions

ROWS = 3


def quoted(name: str) -> str:
    """Return a name as SQL."""
    return '"{}"'.format(name.replace('"', '""'))


def path(world: World, key: str) -> tuple[str, ...]:
    """Return the parts of an item's name, its schema's first."""
    item = world[key]
    if item.kind in (Kind.SCHEMA, Kind.PUBLICATION, Kind.EXTENSION) or not item.parent:
        return (item.name,)
    return (*path(world, item.parent), item.name)


def names(world: World) -> dict[str, str]:
    """Return what the texts of items have in the place of a key: what it is called, as a literal, its schema."""
    found: dict[str, str] = {}
    for item in world.items:
        parts = path(world, item.key)
        if item.kind is Kind.EXTENSION:
            found[item.key] = quoted(world[item.parent].name)
            continue
        found[item.key] = ".".join(map(quoted, parts)) if item.kind in IN_SCHEMA else quoted(item.name)
        found[f"{item.key}__literal"] = "'{}'".format(found[item.key].replace("'", "''"))
        found[f"{item.key}__schema"] = quoted(parts[0])
    return found


def sql(world: World) -> str:
    """Return the SQL that makes a world in a database with the platform and nothing else."""
    called = names(world)
    texts = (text.format_map(called) for item in world.ordered() for text in _statements(world, item))
    return "".join(f"{' '.join(text.split(' '))};\n" for text in texts)


def _statements(world: World, item: Item) -> Iterator[str]:
    yield from _MAKING[item.kind](world, item)
    if item.kind is Kind.TABLE:
        yield from _rows(world, item)


def _schema(_world: World, item: Item) -> Iterator[str]:
    if item.name != PUBLIC:
        yield f"create schema {{{item.key}}}"


def _list(_world: World, item: Item) -> Iterator[str]:
    # An enum, a range, a domain, a sequence.
    parts = f" ({', '.join(item.parts)})" if item.parts else ""
    yield f"create {item.head} {{{item.key}}}{item.tail}{item.type}{parts}{item.option}"


def _extension(_world: World, item: Item) -> Iterator[str]:
    yield f"create extension {item.name} schema {{{item.key}}}"


def _composite(world: World, item: Item) -> Iterator[str]:
    attributes = (f"{{{it.key}}} {it.type}" for it in world.beneath(item.key, Kind.ATTRIBUTE))
    yield f"create type {{{item.key}}} as ({', '.join(attributes)})"


def _table(world: World, item: Item) -> Iterator[str]:
    if item.flavor == "partition":
        yield f"create table {{{item.key}}}{item.tail}"
        return
    columns = (f"{{{it.key}}} {it.type} {it.option} {it.head}" for it in world.beneath(item.key, Kind.COLUMN))
    yield f"create {item.head}table {{{item.key}}} ({', '.join(columns)}){item.tail}{item.option}"


def _view(world: World, item: Item) -> Iterator[str]:
    what = item.kind.value.replace("_", " ")
    outputs = (f"{it.head} as {{{it.key}}}" for it in world.beneath(item.key, Kind.OUTPUT))
    yield f"create {what} {{{item.key}}}{item.head} as select {', '.join(outputs)}{item.tail}{item.option}"


def _constraint(_world: World, item: Item) -> Iterator[str]:
    yield f"alter table {{{item.parent}}} add constraint {{{item.key}}} {item.head}"


def _index(_world: World, item: Item) -> Iterator[str]:
    keys = ", ".join(item.parts)
    yield f"create {item.head} {{{item.key}}} on {{{item.parent}}}{item.type} ({keys}){item.tail}{item.option}"


def _function(_world: World, item: Item) -> Iterator[str]:
    yield f"create function {{{item.key}}}({item.head}) returns {item.type} {item.tail}"


def _trigger(_world: World, item: Item) -> Iterator[str]:
    yield f"create trigger {{{item.key}}} {item.head} on {{{item.parent}}}{item.type}{item.option}{item.tail}"


def _policy(_world: World, item: Item) -> Iterator[str]:
    yield f"create policy {{{item.key}}} on {{{item.parent}}}{item.head}{item.option}"


def _publication(_world: World, item: Item) -> Iterator[str]:
    yield f"create publication {{{item.key}}} for table {', '.join(item.parts)}{item.tail}"


def _statement(_world: World, item: Item) -> Iterator[str]:
    yield item.head


_MAKING: Mapping[Kind, Callable[[World, Item], Iterator[str]]] = {
    Kind.SCHEMA: _schema,
    Kind.EXTENSION: _extension,
    Kind.ENUM: _list,
    Kind.DOMAIN: _list,
    Kind.COMPOSITE: _composite,
    Kind.RANGE: _list,
    Kind.SEQUENCE: _list,
    Kind.TABLE: _table,
    Kind.CONSTRAINT: _constraint,
    Kind.INDEX: _index,
    Kind.VIEW: _view,
    Kind.MATERIALIZED_VIEW: _view,
    Kind.FUNCTION: _function,
    Kind.TRIGGER: _trigger,
    Kind.POLICY: _policy,
    Kind.PUBLICATION: _publication,
    Kind.STATEMENT: _statement,
}


def holders(table: Item) -> list[str]:
    """Return the keys of the tables that say the columns of one: itself, its partitioned table, what it inherits."""
    if table.flavor == "partition":
        return list(table.beside)
    return [*(key for key in mentions(table.tail) if table.flavor == "heir"), table.key]


def _rows(world: World, table: Item) -> Iterator[str]:
    """Yield the insertion of rows that satisfy whatever the makers of constraints say."""
    if table.flavor == "partitioned":
        return
    # A partition gets those of its bounds.
    numbers = {"low": (1,), "high": range(2, ROWS + 1)}.get(table.option, range(1, ROWS + 1))
    columns = [it for key in holders(table) for it in world.beneath(key, Kind.COLUMN)]
    given = [it for it in columns if not it.option.startswith("generated")]
    if not given:
        return
    rows = (f"({', '.join(value(world, it.type, number) for it in given)})" for number in numbers)
    yield f"insert into {{{table.key}}} ({', '.join(f'{{{it.key}}}' for it in given)}) values {', '.join(rows)}"

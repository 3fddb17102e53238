"""What a drop takes out of use: rows, values and files that exist, counted up to a limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import LiteralString, TypeVar

from psycopg import sql

from supaschema.core.model import Held
from supaschema.core.sqltext import Name, compose, ident, literal, relation_name
from supaschema.database.connect import Connection

LIMIT = 1000
"""How many are counted: what is more is told as "at least"."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class InUse:
    """Rows of a relation that somebody may be reading.

    Attributes:
        holder: What they belong to, such as "Table public.notes".
        relation: Schema and name.
        unit: What one of them is called.
        consequence: What becomes of them.
        condition: Which rows of the relation count, as SQL over `row_`; None: all of them.

    """

    holder: str
    relation: Name
    unit: str
    consequence: str
    condition: sql.Composable | None = None

    @property
    def held(self) -> Held:
        """The same in words."""
        return Held(self.holder, relation_name(self.relation), self.unit, self.consequence)

    def sentence(self, count: int | None) -> str:
        """Return what a drop takes out of use; None: this role cannot tell how many."""
        if count is None:
            return f"{self.holder} holds {self.unit}s: {self.consequence}"
        least = "at least " if count >= LIMIT else ""
        return f"{self.holder} holds {least}{count:,} {self.unit}{'' if count == 1 else 's'}: {self.consequence}"


def told(connection: Connection, things: Mapping[T, InUse]) -> dict[T, str]:
    """Return a sentence for each thing that holds something; asks twice, however many there are."""
    if not things:
        return {}
    found = seen(connection, {thing.relation for thing in things.values()})
    countable = [key for key, thing in things.items() if found.get(thing.relation, (False, False))[0]]
    rows = _counts(connection, (things[key] for key in countable))
    counts: dict[T, int | None] = dict(zip(countable, rows, strict=True))
    for key, thing in things.items():
        is_seen, takes_space = found.get(thing.relation, (False, False))
        if not is_seen and takes_space:
            counts[key] = None
    return {key: things[key].sentence(count) for key, count in counts.items() if count != 0}


def seen(connection: Connection, relations: Iterable[Name]) -> dict[Name, tuple[bool, bool]]:
    """Return, for each relation that exists, whether this role sees all of its rows, and whether it takes any space."""
    names = sorted(set(relations))
    if not names:
        return {}
    rows = connection.execute(_SEEN, [[name[0] for name in names], [name[1] for name in names]])
    return {(schema, name): (is_seen, takes_space) for schema, name, is_seen, takes_space in rows}


def _counts(connection: Connection, things: Iterable[InUse]) -> list[int]:
    parts = [
        compose(
            "select {} as place, (select count(*) from (select from {} as row_ where {} limit {}) as found)",
            literal(place),
            ident(*thing.relation),
            thing.condition or sql.SQL("true"),
            literal(LIMIT),
        )
        for place, thing in enumerate(things)
    ]
    if not parts:
        return []
    query = compose("{} order by place", sql.SQL(" union all ").join(parts))
    return [int(row[1]) for row in connection.execute(query)]


_SEEN: LiteralString = """
    select n.nspname, c.relname,
           pg_catalog.has_table_privilege(c.oid, 'select') and not pg_catalog.row_security_active(c.oid),
           pg_catalog.pg_relation_size(c.oid) > 0
      from unnest(%s::text[], %s::text[]) as wanted (schema, name)
      join pg_catalog.pg_namespace n on n.nspname = wanted.schema
      join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = wanted.name
"""

"""What inherits from a relation: its partitions, and tables that are made to inherit from it, at any depth."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import LiteralString

from supaschema.core.sqltext import Name, relation_name
from supaschema.database.connect import Connection


@dataclass(frozen=True, slots=True)
class Descendants:
    """What inherits from some relations.

    Attributes:
        below: By relation, `schema.name`, those that inherit from it, nearest first.
        partitioned: Those of all these that are partitioned.

    """

    below: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    partitioned: frozenset[str] = frozenset()

    def with_names(self, called: Mapping[Name, Name]) -> Descendants:
        """Return them by their later names; those that get another name by then, by their present one too."""
        later = {relation_name(now): relation_name(then) for now, then in called.items()}
        below = {
            later.get(root, root): tuple(later.get(name, name) for name in found) for root, found in self.below.items()
        }
        partitioned = {later[name] for name in self.partitioned if name in later}
        return Descendants({**self.below, **below}, self.partitioned | partitioned)


def descendants(connection: Connection, names: Collection[Name]) -> Descendants:
    """Read what inherits from relations, each given by schema and name; other names are passed over."""
    pairs = sorted({name for name in names if len(name) == 2})
    if not pairs:
        return Descendants()
    parameters = {"schemas": [schema for schema, _ in pairs], "names": [name for _, name in pairs]}
    below: dict[str, list[str]] = {}
    partitioned = set()
    for root, relation, is_partitioned in connection.execute(_DESCENDANTS, parameters):
        if relation != root:
            below.setdefault(root, []).append(relation)
        if is_partitioned:
            partitioned.add(relation)
    return Descendants({root: tuple(found) for root, found in below.items()}, frozenset(partitioned))


_DESCENDANTS: LiteralString = """
    with recursive tree(root, oid, depth) as (
      select c.oid, c.oid, 0
        from unnest(%(schemas)s::name[], %(names)s::name[]) as u(schema_name, name)
        join pg_catalog.pg_namespace n on n.nspname = u.schema_name
        join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = u.name and c.relkind in ('r', 'p', 'f')
      union all
      select t.root, i.inhrelid, t.depth + 1 from tree t join pg_catalog.pg_inherits i on i.inhparent = t.oid
    ), named(root, oid, depth) as (
      select t.root, t.oid, min(t.depth) from tree t group by t.root, t.oid
    )
    select rn.nspname || '.' || r.relname, n.nspname || '.' || c.relname, c.relkind = 'p'
      from named t
      join pg_catalog.pg_class r on r.oid = t.root
      join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
      join pg_catalog.pg_class c on c.oid = t.oid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where r.relkind = 'p' or exists (select from pg_catalog.pg_inherits i where i.inhparent = r.oid)
     order by 1, t.depth, 2
"""

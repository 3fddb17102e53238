"""Tables, without their columns and constraints."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import LiteralString

import msgspec
from psycopg import sql

from supaschema.archive import tables as archive
from supaschema.archive.in_use import InUse
from supaschema.core.model import Facts, Lock, LockMode, ObjectId, Statement, Steps
from supaschema.core.sqltext import Name, compose, ident, relation_name, roles
from supaschema.kinds import table_place as places
from supaschema.kinds.base import Context, Family, Kind, Spellings
from supaschema.kinds.column_definition import Column
from supaschema.kinds.column_identity import closed, make_serials, own_serials
from supaschema.kinds.comments import commented
from supaschema.kinds.constraint import Constraint, is_foreign_key
from supaschema.kinds.referred_types import goes
from supaschema.kinds.renaming import relation_named, renamed_and_moved, renaming
from supaschema.kinds.table_definition import CATALOG, Table
from supaschema.kinds.table_options import logging, options_clause, resolved, rewrites, set_marks, set_options
from supaschema.supabase.roles import PUBLIC

__all__ = ["Table", "TableKind"]

_DETACHING: dict[str, LiteralString] = {
    "policy": "drop policy {name} on {table}",
    "trigger": "drop trigger {name} on {table}",
    "rule": "drop rule {name} on {table}",
    "constraint": "alter table {table} drop constraint {name}",
}
"""What could empty or open an archived table, in the order in which it is taken off."""


class TableKind(Kind[Table]):
    """Tables."""

    name = "table"
    definition = Table
    family = Family.RELATION
    holds_rows = True
    addressed = True
    query = CATALOG

    def create(self, id: ObjectId, new: Table, context: Context) -> Steps:
        """Create the table with its columns and constraints, closed to everybody but its owner."""
        clauses = context.clauses.get(id, ())
        table = ident(*id.name)
        body = sql.SQL(",\n  ").join((*places.body(new), *(clause.query for clause in clauses)))
        locks = (_exclusive(id), *(lock for clause in clauses for lock in clause.locks), *places.locks(new))
        create = compose("create {}table {} (\n  {}\n)", logging(id, new), table, body)
        create += places.tail(new)
        if new.options:
            create += compose(" with {}", options_clause(new.options))
        if new.tablespace:
            create += compose(" tablespace {}", ident(new.tablespace))
        columns = [(it.id, it.definition) for it in context.children.get(id, ()) if isinstance(it.definition, Column)]
        statements = [
            *make_serials(columns, context),
            Statement(create, locks=locks),
            *own_serials(columns, context),
            *closed(columns, context),
            Statement(compose("alter table {} enable row level security", table), locks=locks[:1]),
            Statement(compose("revoke all on table {} from {}", table, roles(context.api_roles)), locks=locks[:1]),
        ]
        statements += places.attach(id, new, context)
        statements += [_comment_on(id, new.comment)] if new.comment else []
        return Steps((*statements, *set_marks(id, Table(), new)))

    def alter(self, id: ObjectId, old: Table, new: Table, context: Context) -> Steps:
        """Change its place and its comment, and how it is stored, replicated and owned."""
        comment = (_comment_on(id, new.comment),) if old.comment != new.comment else ()
        options = set_options(id, old, new, occupied=id in context.occupied)
        return Steps((*places.moved(id, old, new, context), *options, *comment, *set_marks(id, old, new)))

    def may_rewrite(self, old: Table | None, new: Table) -> bool:
        """Where it is logged or stored otherwise."""
        return rewrites(old, new)

    def reads(self, id: ObjectId, old: Table | None, new: Table, live: Facts) -> tuple[ObjectId, ...]:
        """Return the default partition beside one that comes."""
        comes = old is None or old.partition_of != new.partition_of
        return tuple(places.defaults_beside(id, new, live)) if comes else ()

    def resolve(self, id: ObjectId, declared: Table, live: Table | None, context: Context) -> Table:
        """Return the table with the properties that its declaration leaves as they are."""
        return resolved(declared, live)

    def recreatable(self, definition: Table) -> bool:
        """It holds rows."""
        return False

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, and move it to its schema."""
        note = renaming(f"table {relation_name(old.name)}")
        queries = renamed_and_moved("table", old, new)
        return tuple(Statement(query, locks=(_exclusive(old),), hazards=(note,)) for query in queries)

    def taken(self, id: ObjectId, definition: Table) -> sql.Composable:
        """Return the query for the relation or type of its name."""
        return relation_named(*id.name[:2])

    def like(self, old: Table, new: Table) -> bool:
        """Return that they may be, where one resource declared both."""
        return True

    def in_use(self, id: ObjectId, old: Table) -> InUse:
        """Return its rows."""
        consequence = "it goes to the archive with all of them, and whoever reads or writes the table fails."
        return InUse(f"Table {relation_name(id.name)}", id.name, "row", consequence)

    def drop(self, id: ObjectId, old: Table, context: Context) -> Steps:
        """Drop the table if it is empty, else move it into the archive with its rows."""
        if id in context.occupied:
            apart = places.detach(id, old, context)
            detach, parts = _detach(id, context), context.parts.get(id, ())
            leaving = functools.partial(goes, context=context)
            return Steps((*apart, *archive.keep_table(id.name, detach, parts, context.api_roles, leaving)))
        *first, drop = archive.drop_table(id.name)
        locks = (_exclusive(id), *_locks_beyond(id, context), *places.beside(id, old, context))
        if old.partition_of is not None:
            locks = (*locks, Lock(old.partition_of, LockMode.ACCESS_EXCLUSIVE, alone=True))
        return Steps((*(Statement(query, locks=locks[:1]) for query in first), Statement(drop, locks=locks)))

    def is_partitioned(self, definition: Table) -> bool:
        """Return whether it has partitions."""
        return definition.partition_by is not None

    def share(self, definition: Table) -> tuple[Name, str] | None:
        """Return its table and its bound, if it is a partition."""
        return (places.of(definition.partition_of), definition.bound or "default") if definition.partition_of else None

    def inherits_from(self, definition: Table) -> tuple[Name, ...]:
        """Return them."""
        return tuple(map(places.of, definition.inherits))

    def references(self, id: ObjectId, definition: Table) -> tuple[ObjectId, ...]:
        """Return the tables that it has columns from."""
        return tuple(ObjectId(self.name, name) for name in places.others(definition))

    def roles(self, id: ObjectId, definition: Table, api_roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return those to whom a new table is closed."""
        return tuple(name for name in api_roles if name != PUBLIC)

    def needs(self, id: ObjectId, definition: Table) -> tuple[tuple[str, ...], ...]:
        """Return the tables that it has columns from."""
        return places.others(definition)

    def structure(self, definition: Table) -> Table:
        """Return it with its place written in one way."""
        return msgspec.structs.replace(definition, **places.structure(definition))

    def normalized(self, wanted: Table, live: Table, spelled: Mapping[str, Spellings]) -> Table:
        """Take the live words where they mean the same."""
        return msgspec.structs.replace(wanted, **places.in_live_words(wanted, live))


def _detach(id: ObjectId, context: Context) -> Iterator[Statement]:
    table, live = ident(*id.name), sorted(other for other in context.live_of(id.name) if other not in context.dropped)
    for kind, statement in _DETACHING.items():
        for part in (other for other in live if other.kind == kind):
            item = context.live[part]
            if not isinstance(item, Constraint):
                beyond: tuple[Lock, ...] = ()
            elif is_foreign_key(item):
                beyond = tuple(_beyond(id, item))
            else:
                continue
            yield Statement(compose(statement, name=ident(part.name[2]), table=table), locks=(_exclusive(id), *beyond))


def _locks_beyond(id: ObjectId, context: Context) -> Iterator[Lock]:
    # What a partition has from its table is not taken off by name.
    own = [item for other in context.live_of(id.name) if isinstance(item := context.live[other], Constraint)]
    locks = {lock for item in own if not item.inherited for lock in _beyond(id, item)}
    yield from sorted(locks, key=lambda lock: lock.relation)


def _beyond(id: ObjectId, item: Constraint) -> Iterator[Lock]:
    # A foreign key that goes has triggers on the table that it refers to.
    if item.references and item.references != relation_name(id.name):
        yield Lock(item.references, LockMode.ACCESS_EXCLUSIVE)


def _exclusive(id: ObjectId) -> Lock:
    return Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    lock = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE)
    return commented(compose("table {}", ident(*id.name)), comment, lock)

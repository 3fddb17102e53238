"""NOT NULL, as a fact of its own: a table's maker and a patch can each own it for their columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString

import msgspec
from psycopg import sql

from supaschema.core.model import (
    Definition,
    Inheritable,
    Lock,
    LockMode,
    Mode,
    ObjectId,
    Precondition,
    Statement,
    Steps,
)
from supaschema.core.sqltext import compose, ident, literal, relation_name
from supaschema.kinds.base import Context, Family, Kind
from supaschema.kinds.required_columns import require_optional
from supaschema.kinds.usual_names import usual_name


class NotNull(Inheritable, frozen=True, kw_only=True):
    """Present: the column refuses NULL.

    Attributes:
        name: The constraint's name (PostgreSQL 18), where it is not the usual one.
        no_inherit: Whether children may hold NULL.
        validated: False while rows that exist are not proven.
        apart: Whether an inherited one is not called as the one that it is inherited from. Kept, not compared.
        kept: The properties that a declaration leaves as they are.

    """

    name: str | None = None
    no_inherit: bool = False
    validated: bool = True
    apart: bool = False
    kept: tuple[str, ...] = ()


REQUIRED = NotNull(kept=("name", "no_inherit"))
"""What a declaration states of a column that refuses NULL."""

_PROOF = "supaschema_not_null"
"""The check that proves it; what a failed plan left of it the next one drops."""
_LABEL: LiteralString = "not_null"
_NAMED = 18
"""The first major version in which it is a constraint, with a name of its own."""


class NotNullKind(Kind[NotNull]):
    """NOT NULL of a column."""

    name = "not_null"
    definition = NotNull
    family = Family.RELATION
    parts = 3
    needs_values = True
    query = """
        select array[n.nspname, c.relname, a.attname]::text[],
               jsonb_strip_nulls(jsonb_build_object(
                 'name', case when k.coninhcount = 0 then
                    nullif(k.conname, (c.relname || '_' || a.attname || '_not_null')::text) end,
                 'no_inherit', case when k.connoinherit then true end,
                 'validated', case when not k.convalidated then false end,
                 'apart', case when k.coninhcount > 0 then nullif(not exists (
                    select from pg_catalog.pg_inherits h
                      join pg_catalog.pg_constraint p on p.conrelid = h.inhparent and p.contype = 'n'
                     where h.inhrelid = c.oid and p.conname = k.conname), false) end,
                 'inherited', exists (
                    select from pg_catalog.pg_inherits h
                      join pg_catalog.pg_attribute p on p.attrelid = h.inhparent and p.attname = a.attname
                     where h.inhrelid = c.oid and p.attnotnull)))
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attnotnull
          left join pg_catalog.pg_constraint k
            on k.conrelid = c.oid and k.contype = 'n' and k.conkey = array[a.attnum]
         where c.relkind in ('r', 'p') and {scope}
    """

    def create(self, id: ObjectId, new: NotNull, context: Context) -> Steps:
        """Prove it by a check that is validated without blocking writers, so that SET NOT NULL need not scan.

        All columns of a table that get it in one plan have one check: the rows are read once.
        """
        if self.create_group(id, new, context) is None:
            valid = _validate(id, new) if new.validated else Steps()
            return Steps((_add(id, new), *valid.statements), valid.preconditions)
        names = sorted([id.name[2], *(fact.id.name[2] for fact in context.children.get(id, ()))])
        guard = _guard(id) if len(names) == 1 else _guard_of_several(id, names)
        table, proof = ident(*id.name[:2]), ident(_PROOF)
        relation = relation_name(id.name)
        brief = Lock(relation, LockMode.ACCESS_EXCLUSIVE)
        scan = Lock(relation, LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True)
        holds = sql.SQL(" and ").join(compose("{} is not null", ident(name)) for name in names)
        drop = compose("alter table {} drop constraint if exists {}", table, proof)
        add = compose("alter table {} add constraint {} check ({}) not valid", table, proof, holds)
        validate = compose("alter table {} validate constraint {}", table, proof)
        actions = sql.SQL(", ").join(compose("alter column {} set not null", ident(name)) for name in names)
        left = ObjectId("constraint", (*id.name[:2], _PROOF)) in context.live
        statements = (
            *((Statement(drop, locks=(brief,), mode=Mode.OWN_TRANSACTION),) if left else ()),
            Statement(add, locks=(brief,), mode=Mode.TRANSACTION if left else Mode.OWN_TRANSACTION),
            Statement(validate, locks=(scan,), mode=Mode.OWN_TRANSACTION, find=guard.find),
            Statement(compose("alter table {} {}", table, actions), locks=(brief,), mode=Mode.OWN_TRANSACTION),
            Statement(drop, locks=(brief,)),
        )
        return Steps(statements, (guard,))

    def create_group(self, id: ObjectId, definition: NotNull, context: Context) -> tuple[str, ...] | None:
        """Return the table, where the column is to have no more than NOT NULL: a name or the like takes a statement."""
        own = definition.name or definition.no_inherit or not definition.validated
        return None if context.major >= _NAMED and own else id.name[:2]

    def clause(self, id: ObjectId, new: NotNull, context: Context) -> Statement | None:
        """Return NOT NULL as a new column's definition takes it; one that is not proven needs a statement."""
        if not new.validated:
            return None
        name = compose("constraint {} ", ident(new.name)) if new.name and context.major >= _NAMED else sql.SQL("")
        no_inherit = sql.SQL(" no inherit" if new.no_inherit and context.major >= _NAMED else "")
        return Statement(compose("{}not null{}", name, no_inherit))

    def alter(self, id: ObjectId, old: NotNull, new: NotNull, context: Context) -> Steps | None:
        """Rename it, have children refuse NULL or not, prove it; what was proven cannot be unproven in place."""
        if old.validated and not new.validated:
            return None
        statements = []
        if _name(id, old) != _name(id, new):
            rename = compose("rename constraint {} to {}", ident(_name(id, old)), ident(_name(id, new)))
            statements.append(_of_table(id, rename))
        if old.no_inherit != new.no_inherit:
            how = sql.SQL("no inherit" if new.no_inherit else "inherit")
            statements.append(_of_table(id, compose("alter constraint {} {}", ident(_name(id, new)), how)))
        valid = _validate(id, new) if new.validated and not old.validated else Steps()
        return Steps((*statements, *valid.statements), valid.preconditions)

    def rename_along(
        self, old: ObjectId, new: ObjectId, definition: NotNull, context: Context
    ) -> tuple[Statement, ...]:
        """Rename the constraint, unless somebody chose its name or another constraint has the usual one.

        The server renames those of the children along, and refuses where one of them is called otherwise.
        """
        before, after = _usual(old), _usual(new)
        is_ours = context.major >= _NAMED and not definition.inherited and definition.name in (None, before)
        if not is_ours or before == after or _is_taken(new, after, context) or _is_apart_below((old, new), context):
            return ()
        return (_of_table(new, compose("rename constraint {} to {}", ident(before), ident(after))),)

    def rename_descends(self, definition: NotNull, *, partitioned: bool) -> bool:
        """What inherits from the table has it by the same name."""
        return not definition.no_inherit

    def resolve(self, id: ObjectId, declared: NotNull, live: NotNull | None, context: Context) -> NotNull:
        """Return it with what its declaration leaves as it is."""
        found = {} if live is None else {name: getattr(live, name) for name in declared.kept}
        return msgspec.structs.replace(declared, kept=(), **found)

    def drop(self, id: ObjectId, old: NotNull, context: Context) -> Steps:
        """Let the column hold NULL."""
        require_optional(id, context)
        table, column = ident(*id.name[:2]), ident(id.name[2])
        lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
        return Steps(
            (Statement(compose("alter table {} alter column {} drop not null", table, column), locks=(lock,)),)
        )

    def structure(self, definition: NotNull) -> Definition:
        """Return it, whoever's it is."""
        return msgspec.structs.replace(definition, inherited=False, apart=False)

    def descends(self, definition: NotNull, *, partitioned: bool) -> bool:
        """Columns of the same name below refuse NULL too."""
        return True

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its column, which goes with its table."""
        return (ObjectId("column", id.name), ObjectId("table", id.name[:2]))

    def spoken_for_with(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """A column that is declared is declared with it or without."""
        return self.parents(id)


def _name(id: ObjectId, definition: NotNull) -> str:
    return definition.name or _usual(id)


def _usual(id: ObjectId) -> str:
    return usual_name(id.name[1], id.name[2], _LABEL)


def _is_taken(id: ObjectId, name: str, context: Context) -> bool:
    if ObjectId("constraint", (*id.name[:2], name)) in context.live:
        return True
    others = (item for other, item in context.live.items() if other.kind == id.kind and other.name[:2] == id.name[:2])
    return any(isinstance(item, NotNull) and item.name == name for item in others)


def _is_apart_below(ids: Sequence[ObjectId], context: Context) -> bool:
    # A child's column is called as before until the plan has run.
    relations = {name for below in context.below.values() for name in below}
    columns = {id.name[2] for id in ids}
    return any(
        isinstance(item, NotNull) and item.apart and id.name[2] in columns and relation_name(id.name) in relations
        for id, item in context.live.items()
    )


def _of_table(id: ObjectId, action: sql.Composable) -> Statement:
    lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
    return Statement(compose("alter table {} {}", ident(*id.name[:2]), action), locks=(lock,))


def _add(id: ObjectId, new: NotNull) -> Statement:
    name, column = ident(_name(id, new)), ident(id.name[2])
    inherited = sql.SQL(" no inherit" if new.no_inherit else "")
    return _of_table(id, compose("add constraint {} not null {}{} not valid", name, column, inherited))


def _validate(id: ObjectId, new: NotNull) -> Steps:
    query = compose("alter table {} validate constraint {}", ident(*id.name[:2]), ident(_name(id, new)))
    scan = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True)
    statement = Statement(query, locks=(scan,), mode=Mode.OWN_TRANSACTION, find=_guard(id).find)
    return Steps((statement,), (_guard(id),))


def _guard(id: ObjectId) -> Precondition:
    return Precondition(
        f"rows of {relation_name(id.name)} hold NULL in {id.name[2]}, which is to be NOT NULL",
        compose("select * from {} where {} is null", ident(*id.name[:2]), ident(id.name[2])),
    )


def _guard_of_several(id: ObjectId, names: Sequence[str]) -> Precondition:
    # One reading of the rows tells which columns hold it, and how often.
    counts = sql.SQL(", ").join(compose("count(*) filter (where {} is null)", ident(name)) for name in names)
    find = compose(
        "select found.column_name, found.nulls from (select array[{}] as each from {}) as counted"
        " cross join lateral unnest({}::text[], counted.each) as found(column_name, nulls) where found.nulls > 0",
        *(counts, ident(*id.name[:2]), literal(list(names))),
    )
    return Precondition(f"columns of {relation_name(id.name)}, which are to be NOT NULL, hold NULL", find)

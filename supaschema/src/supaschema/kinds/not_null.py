"""NOT NULL, as a fact of its own: a table's maker and a patch can each own it for their columns."""

from __future__ import annotations

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
from supaschema.core.sqltext import compose, ident, relation_name
from supaschema.kinds.base import Context, Family, Kind


class NotNull(Inheritable, frozen=True, kw_only=True):
    """Present: the column refuses NULL."""


class NotNullKind(Kind[NotNull]):
    """NOT NULL of a column."""

    name = "not_null"
    definition = NotNull
    family = Family.RELATION
    needs_values = True
    query = """
        select array[n.nspname, c.relname, a.attname]::text[],
               jsonb_build_object('inherited', exists (
                 select from pg_catalog.pg_inherits h
                   join pg_catalog.pg_attribute p on p.attrelid = h.inhparent and p.attname = a.attname
                  where h.inhrelid = c.oid and p.attnotnull))
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attnotnull
         where c.relkind in ('r', 'p') and {scope}
    """

    def create(self, id: ObjectId, new: NotNull, context: Context) -> Steps:
        """Prove it by a check that is validated without blocking writers, so that SET NOT NULL need not scan."""
        table, column = ident(*id.name[:2]), ident(id.name[2])
        proof = ident(f"supaschema_{id.name[2]}_not_null"[:63])
        relation = relation_name(id.name)
        brief = Lock(relation, LockMode.ACCESS_EXCLUSIVE)
        scan = Lock(relation, LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True)
        drop = compose("alter table {} drop constraint if exists {}", table, proof)
        add = compose("alter table {} add constraint {} check ({} is not null) not valid", table, proof, column)
        validate = compose("alter table {} validate constraint {}", table, proof)
        set_not_null = compose("alter table {} alter column {} set not null", table, column)
        statements = (
            Statement(drop, locks=(brief,), mode=Mode.OWN_TRANSACTION),
            Statement(add, locks=(brief,)),
            Statement(validate, locks=(scan,), mode=Mode.OWN_TRANSACTION, find=_guard(id).find),
            Statement(set_not_null, locks=(brief,), mode=Mode.OWN_TRANSACTION),
            Statement(drop, locks=(brief,)),
        )
        return Steps(statements, (_guard(id),))

    def clause(self, id: ObjectId, new: NotNull, context: Context) -> Statement:
        """Return NOT NULL as a new column's definition takes it."""
        return Statement(sql.SQL("not null"))

    def drop(self, id: ObjectId, old: NotNull, context: Context) -> Steps:
        """Let the column hold NULL."""
        table, column = ident(*id.name[:2]), ident(id.name[2])
        lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
        return Steps(
            (Statement(compose("alter table {} alter column {} drop not null", table, column), locks=(lock,)),)
        )

    def structure(self, definition: NotNull) -> Definition:
        """Return it, whoever's it is."""
        return msgspec.structs.replace(definition, inherited=False)

    def descends(self, definition: NotNull, *, partitioned: bool) -> bool:
        """Columns of the same name below refuse NULL too."""
        return True

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its column, which goes with its table."""
        return (ObjectId("column", id.name), ObjectId("table", id.name[:2]))


def _guard(id: ObjectId) -> Precondition:
    return Precondition(
        f"rows of {relation_name(id.name)} hold NULL in {id.name[2]}, which is to be NOT NULL",
        compose("select * from {} where {} is null", ident(*id.name[:2]), ident(id.name[2])),
    )

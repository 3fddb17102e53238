"""Back-fills: values for rows that exist, written in batches. The fact is the record that one is done."""

from __future__ import annotations

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Lock, LockMode, Mode, ObjectId, Phase, Statement, Steps
from supaschema.core.sqltext import compose, escape_percent, ident, literal, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind
from supaschema.kinds.column import Column


class Backfill(Definition, frozen=True, kw_only=True):
    """What a back-fill wrote.

    Attributes:
        key: The column that orders the batches.
        assignments: Column to SQL expression over the row.
        where: Which rows wanted it.
        batch_size: The most rows of a transaction. A hint: no property of what was done.

    """

    key: str
    assignments: dict[str, str]
    where: str
    batch_size: int = 1000


class BackfillKind(Kind[Backfill]):
    """Back-fills, named `(schema, table, name)`."""

    name = "backfill"
    definition = Backfill
    family = Family.RELATION
    parts = 3
    phase = Phase.VALUES
    requires = "supaschema.backfills"
    query = """
        select array[n.nspname, c.relname, b.name]::text[], b.definition
          from supaschema.backfills b
          join pg_catalog.pg_namespace n on pg_catalog.starts_with(b.relation, n.nspname || '.')
          join pg_catalog.pg_class c on c.relnamespace = n.oid and b.relation = n.nspname || '.' || c.relname
         where c.relkind in ('r', 'p') and {scope}
    """

    def create(self, id: ObjectId, new: Backfill, context: Context) -> Steps:
        """Write the rows that want it, batch by batch, then record that it is done."""
        type = _type_of(ObjectId("column", (*id.name[:2], new.key)), context)
        lock = Lock(relation_name(id.name), LockMode.ROW_EXCLUSIVE)
        record = compose(
            "insert into supaschema.backfills (relation, name, definition) values ({}, {}, {})"
            " on conflict (relation, name) do update"
            " set definition = excluded.definition, completed_at = now()",
            literal(relation_name(id.name)),
            literal(id.name[2]),
            literal(msgspec.json.encode(new).decode()),
        )
        find = compose("select * from {} where ({})", ident(*id.name[:2]), raw_sql(new.where))
        fires = (id.name[:2],)
        batches = Statement(
            _batch(id, new, type),
            (lock,),
            mode=Mode.BATCHES,
            find=find,
            fires=fires,
            assigns=tuple(new.assignments),
            casts=(type,),
            most=new.batch_size,
        )
        return Steps((batches, Statement(record)))

    def alter(self, id: ObjectId, old: Backfill, new: Backfill, context: Context) -> Steps:
        """Run it again: it was changed to write something else, or to other rows."""
        return self.create(id, new, context)

    def drop(self, id: ObjectId, old: Backfill, context: Context) -> Steps:
        """Forget that it was done; the values stay."""
        query = compose(
            "delete from supaschema.backfills where relation = {} and name = {}",
            literal(relation_name(id.name)),
            literal(id.name[2]),
        )
        return Steps((Statement(query),))

    def needs(self, id: ObjectId, definition: Backfill) -> tuple[tuple[str, ...], ...]:
        """Return its table."""
        return (id.name[:2],)

    def dry_run(self, id: ObjectId, definition: Backfill) -> tuple[sql.Composable, ...]:
        """The same values for the rows of an empty table of these columns."""
        twin, key, where = ident("supaschema_trial"), ident(definition.key), raw_sql(definition.where)
        make = compose("create temporary table {} as select * from {} with no data", twin, ident(*id.name[:2]))
        update = "update {} as {} set {} where {} is not null and ({})"
        return make, compose(update, twin, ident(id.name[1]), _sets(definition), key, where)

    def structure(self, definition: Backfill) -> Definition:
        """Return what it writes; how many rows at a time is no difference."""
        return msgspec.structs.replace(definition, batch_size=0)


def _type_of(key: ObjectId, context: Context) -> str:
    # Of a table that the same plan makes, the column is a part of its statement.
    new = {fact.id: fact.definition for fact in context.children.get(ObjectId("table", key.name[:2]), ())}
    column = context.live.get(key) or new.get(key)
    return column.type if isinstance(column, Column) else "text"


def _batch(id: ObjectId, new: Backfill, type: str) -> sql.Composed:
    # Rows are locked in the order of the key and read again under the lock: a row that somebody else changed
    # meanwhile is written only if it still wants it. The key moves on whether or not its row was written; it is
    # the greatest as its type has it, not as its text.
    table, key = ident(*id.name[:2]), ident(new.key)
    after = sql.Placeholder("after")
    return compose(
        """with supaschema_batch as (
  select {key} as supaschema_key from {table}
   where ({after}::text is null or {key} > {after}::text::{type}) and ({where})
   order by {key} limit {size}::integer for no key update
), supaschema_written as (
  update {table} set {sets} from supaschema_batch
   where {own_key} = supaschema_batch.supaschema_key and ({where})
  returning 1
)
select (select supaschema_key::text from supaschema_batch order by supaschema_batch.supaschema_key desc limit 1),
       (select count(*) from supaschema_written)""",
        key=escape_percent(key),
        own_key=escape_percent(ident(id.name[1], new.key)),
        table=escape_percent(table),
        type=escape_percent(raw_sql(type)),
        where=escape_percent(raw_sql(new.where)),
        sets=escape_percent(_sets(new)),
        size=sql.Placeholder("size"),
        after=after,
    )


def _sets(new: Backfill) -> sql.Composed:
    pairs = new.assignments.items()
    return sql.SQL(", ").join(compose("{} = ({})", ident(column), raw_sql(text)) for column, text in pairs)

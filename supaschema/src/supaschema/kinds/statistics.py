"""Extended statistics, as the server prints them: no declaration says them, they go and come back with columns."""

from __future__ import annotations

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Lock, LockMode, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident, literal, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind


class Statistics(Definition, frozen=True, kw_only=True):
    """A statistics object's definition.

    Attributes:
        text: What the server prints.
        target: How much is sampled; None: as much as the columns say.
        comment: Its comment.

    """

    text: str
    target: int | None = None
    comment: str | None = None


class StatisticsKind(Kind[Statistics]):
    """Statistics objects, named `(schema, table, own schema, own name)`."""

    name = "statistics"
    definition = Statistics
    family = Family.RELATION
    parts = 4
    needs_values = True
    rebuilt_by_server = True
    addressed = True
    declarable = False
    query = """
        select array[n.nspname, c.relname, sn.nspname, s.stxname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'text', pg_catalog.pg_get_statisticsobjdef(s.oid),
                 'target', nullif(s.stxstattarget, -1),
                 'comment', pg_catalog.obj_description(s.oid, 'pg_statistic_ext'))),
               'pg_catalog.pg_statistic_ext'::regclass::oid, s.oid, 0
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_statistic_ext s on s.stxrelid = c.oid
          join pg_catalog.pg_namespace sn on sn.oid = s.stxnamespace
         where c.relkind in ('r', 'p', 'm') and {scope}
    """

    def create(self, id: ObjectId, new: Statistics, context: Context) -> Steps:
        """Create them as the server printed them; they are filled by the next ANALYZE."""
        lock = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE)
        usual = msgspec.structs.replace(new, target=None, comment=None)
        changes = self.alter(id, usual, new, context)
        return Steps((Statement(raw_sql(new.text), locks=(lock,)), *changes.statements)) if changes else Steps()

    def alter(self, id: ObjectId, old: Statistics, new: Statistics, context: Context) -> Steps | None:
        """Change target and comment; another text is another object."""
        if old.text != new.text:
            return None
        statements: list[Statement] = []
        if old.target != new.target:
            target = raw_sql(str(-1 if new.target is None else new.target))
            statements.append(Statement(compose("alter statistics {} set statistics {}", ident(*id.name[2:]), target)))
        if old.comment != new.comment:
            value = literal(new.comment) if new.comment else sql.SQL("null")
            statements.append(Statement(compose("comment on statistics {} is {}", ident(*id.name[2:]), value)))
        return Steps(tuple(statements))

    def drop(self, id: ObjectId, old: Statistics, context: Context) -> Steps:
        """Drop them."""
        lock = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE)
        return Steps((Statement(compose("drop statistics {}", ident(*id.name[2:])), locks=(lock,)),))

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with their table."""
        return (ObjectId("table", id.name[:2]), ObjectId("materialized_view", id.name[:2]))

"""What a view's columns have of their own: a comment, a default for what is written through the view."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.model import Definition, Fact, Lock, LockMode, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind
from supaschema.kinds.comments import commented


class ViewColumn(Definition, frozen=True, kw_only=True):
    """A view column's own properties; empty: none. What says nothing of one keeps it.

    Attributes:
        comment: Its comment.
        default: What is written where a statement says nothing of the column. No declaration speaks of it.

    """

    comment: str | None = None
    default: str | None = None


class ViewColumnKind(Kind[ViewColumn]):
    """Columns of views, named `(schema, view, column)`.

    They have no address: what reads the column stands on the view.
    """

    name = "view_column"
    definition = ViewColumn
    family = Family.RELATION
    parts = 3
    query = """
        select array[n.nspname, c.relname, a.attname]::text[],
               pg_catalog.jsonb_build_object(
                 'comment', coalesce(pg_catalog.col_description(c.oid, a.attnum), ''),
                 'default', coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), ''))
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          left join pg_catalog.pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
         where c.relkind in ('v', 'm') and {scope}
         order by c.oid, a.attnum
    """

    def create(self, id: ObjectId, new: ViewColumn, context: Context) -> Steps:
        """Give the column what it has."""
        return self.alter(id, ViewColumn(comment="", default=""), new, context)

    def alter(self, id: ObjectId, old: ViewColumn, new: ViewColumn, context: Context) -> Steps:
        """Set what differs."""
        statements = []
        if (old.default or "") != (new.default or ""):
            statements.append(_set_default(id, new.default))
        if (old.comment or "") != (new.comment or ""):
            statements.append(_comment_on(id, new.comment))
        return Steps(tuple(statements))

    def drop(self, id: ObjectId, old: ViewColumn, context: Context) -> Steps:
        """Take away what it has."""
        return self.alter(id, old, ViewColumn(comment="", default=""), context)

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with the view."""
        return (ObjectId("view", id.name[:2]), ObjectId("materialized_view", id.name[:2]))

    def resolve(self, id: ObjectId, declared: ViewColumn, live: ViewColumn | None, context: Context) -> ViewColumn:
        """Keep what the declaration says nothing of."""
        kept = live or ViewColumn(comment="", default="")
        return ViewColumn(
            comment=kept.comment if declared.comment is None else declared.comment,
            default=kept.default if declared.default is None else declared.default,
        )


def view_column_fact(view: tuple[str, str], column: str, comment: str) -> Fact:
    """Return the fact that a view's column has this comment."""
    return Fact(ObjectId("view_column", (*view, column)), ViewColumn(comment=comment))


def comment_of(definition: object) -> str | None:
    """Return the comment that a fact of this kind states; None: it states none, or is of another kind."""
    return (definition.comment or None) if isinstance(definition, ViewColumn) else None


def _set_default(id: ObjectId, default: str | None) -> Statement:
    action = compose("set default {}", raw_sql(default)) if default else sql.SQL("drop default")
    query = compose("alter view {} alter column {} {}", ident(*id.name[:2]), ident(id.name[2]), action)
    return Statement(query, locks=(Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE),))


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    lock = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE)
    return commented(compose("column {}", ident(*id.name)), comment, lock)

"""Materialized views, as the server prints them: no declaration says one, they stand aside and come back filled."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, Lock, LockMode, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident, literal, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind, SqlField, SqlFieldKind


class MaterializedView(Definition, frozen=True, kw_only=True):
    """A materialized view's definition.

    Attributes:
        query: The query.
        columns: The names of its columns.
        populated: Whether it holds rows that can be read.
        method: How its rows are stored; None: as the server does it by default.
        options: Its storage parameters, `name=value`.
        comment: Its comment.

    """

    query: str
    columns: tuple[str, ...] = ()
    populated: bool = True
    method: str | None = None
    options: tuple[str, ...] = ()
    comment: str | None = None


class MaterializedViewKind(Kind[MaterializedView]):
    """Materialized views, named `(schema, view)`."""

    name = "materialized_view"
    definition = MaterializedView
    family = Family.RELATION
    needs_values = True
    addressed = True
    declarable = False
    query = """
        select array[n.nspname, c.relname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'query', pg_catalog.pg_get_viewdef(c.oid),
                 'columns', (
                    select pg_catalog.jsonb_agg(a.attname order by a.attnum)
                      from pg_catalog.pg_attribute a
                     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
                 'populated', c.relispopulated,
                 'method', nullif(m.amname, pg_catalog.current_setting('default_table_access_method')),
                 'options', pg_catalog.to_jsonb(c.reloptions),
                 'comment', pg_catalog.obj_description(c.oid, 'pg_class'))),
               'pg_catalog.pg_class'::regclass::oid, c.oid, 0
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          left join pg_catalog.pg_am m on m.oid = c.relam
         where c.relkind = 'm' and {scope}
    """

    def create(self, id: ObjectId, new: MaterializedView, context: Context) -> Steps:
        """Create it, filled if it was."""
        options = [
            compose("{} = {}", ident(*name.split(".")), literal(value))
            for name, _, value in (option.partition("=") for option in new.options)
        ]
        query = compose(
            "create materialized view {}{}{}{} as\n{}\nwith {}data",
            ident(*id.name),
            compose(" ({})", sql.SQL(", ").join(ident(name) for name in new.columns)) if new.columns else sql.SQL(""),
            compose(" using {}", ident(new.method)) if new.method else sql.SQL(""),
            compose(" with ({})", sql.SQL(", ").join(options)) if options else sql.SQL(""),
            raw_sql(new.query.strip().removesuffix(";")),
            sql.SQL("" if new.populated else "no "),
        )
        lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE, scans=new.populated)
        note = HazardNote(
            Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK,
            f"Recreating {relation_name(id.name)} runs its query; nobody reads it, or writes what the plan holds, "
            "meanwhile.",
        )
        filled = new.populated and id in context.live
        create = Statement(query, locks=(lock,), hazards=(note,) if filled else (), computes=new.populated)
        return Steps((create, *((_comment_on(id, new.comment),) if new.comment else ())))

    def alter(self, id: ObjectId, old: MaterializedView, new: MaterializedView, context: Context) -> Steps | None:
        """Change the comment; what else differs is another view. Whether it is filled is no difference."""
        if msgspec.structs.replace(old, comment=new.comment, populated=new.populated) != new:
            return None
        return Steps((_comment_on(id, new.comment),) if old.comment != new.comment else ())

    def drop(self, id: ObjectId, old: MaterializedView, context: Context) -> Steps:
        """Drop it; the server refuses while others read it."""
        again = "as before" if id in context.fresh else "at all"
        what = f"Programs that read {relation_name(id.name)} cannot read it {again} from then on."
        lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
        note = HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what)
        query = compose("drop materialized view {}", ident(*id.name))
        return Steps((Statement(query, locks=(lock,), hazards=(note,)),))

    def sql_fields(self, id: ObjectId, definition: MaterializedView) -> Mapping[str, SqlField]:
        """The query."""
        return {"query": SqlField(SqlFieldKind.QUERY, definition.query.strip().removesuffix(";"))}

    def structure(self, definition: MaterializedView) -> Definition:
        """Return all but the query, and whether it is filled: a refresh is no change."""
        return msgspec.structs.replace(definition, query="", populated=True)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    value = literal(comment) if comment else sql.SQL("null")
    lock = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE)
    return Statement(compose("comment on materialized view {} is {}", ident(*id.name), value), locks=(lock,))

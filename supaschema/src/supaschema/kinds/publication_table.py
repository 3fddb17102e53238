"""Tables in publications: which of their columns and rows are published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, Lock, LockMode, ObjectId, Statement, Steps
from supaschema.core.sqltext import WORD, compose, ident, idents, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind, SqlField, SqlFieldKind
from supaschema.kinds.publication import Publication
from supaschema.kinds.publication_identity import without_identity

_UNPUBLISHED = ("v", "m", "f")
"""Relations that are in no publication, as pg_class.relkind has them: views, materialized views, foreign tables."""


class PublicationTable(Definition, frozen=True, kw_only=True):
    """What a publication publishes of a table.

    Attributes:
        columns: The columns, sorted; empty: all, those that come later too.
        where: The condition of the rows; None: all.

    """

    columns: tuple[str, ...] = ()
    where: str | None = None


class PublicationTableKind(Kind[PublicationTable]):
    """Tables in publications, named `(schema, table, publication)`."""

    name = "publication_table"
    definition = PublicationTable
    family = Family.RELATION
    parts = 3
    addressed = True
    query = """
        select array[n.nspname, c.relname, p.pubname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'columns', (
                    select coalesce(pg_catalog.jsonb_agg(a.attname order by a.attname collate "C"), '[]')
                      from pg_catalog.pg_attribute a
                     where a.attrelid = m.prrelid and a.attnum = any (m.prattrs::smallint[])),
                 'where', pg_catalog.pg_get_expr(m.prqual, m.prrelid))),
               'pg_catalog.pg_publication_rel'::regclass::oid, m.oid, 0
          from pg_catalog.pg_publication_rel m
          join pg_catalog.pg_publication p on p.oid = m.prpubid
          join pg_catalog.pg_class c on c.oid = m.prrelid
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where {scope}
    """

    def create(self, id: ObjectId, new: PublicationTable, context: Context) -> Steps:
        """Publish the table alone, without what inherits from it."""
        publication = _publication(id, context)
        notes = (_told(id, new), *without_identity(id, new, publication, context))
        return Steps((_add(id, new, notes),))

    def alter(self, id: ObjectId, old: PublicationTable, new: PublicationTable, context: Context) -> Steps:
        """Publish something else of it: taken out and put in again within a transaction, so that no row is missed."""
        notes = (_told(id, new), *without_identity(id, new, _publication(id, context), context))
        return Steps((_remove(id, ()), _add(id, new, notes)))

    def drop(self, id: ObjectId, old: PublicationTable, context: Context) -> Steps:
        """Publish it no longer."""
        what = f"Whoever subscribes to publication {id.name[2]} is no longer told of {relation_name(id.name)}."
        return Steps((_remove(id, (HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what),)),))

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its table, and with the publication."""
        return (ObjectId("table", id.name[:2]), ObjectId("publication", id.name[2:]))

    def stands_on(self, id: ObjectId, definition: PublicationTable) -> tuple[tuple[str, ...], ...]:
        """Return the table with its schema, and the publication."""
        return (*super().stands_on(id, definition), ("publication", id.name[2]))

    def references(self, id: ObjectId, definition: PublicationTable) -> tuple[ObjectId, ...]:
        """Return the columns that it lists, and those that its condition may name."""
        words = WORD.findall(definition.where or "")
        return tuple(ObjectId("column", (*id.name[:2], name)) for name in dict.fromkeys((*definition.columns, *words)))

    def unfit(self, definition: PublicationTable, relkind: str) -> str | None:
        """Tables alone are published."""
        return "a place in a publication" if relkind in _UNPUBLISHED else None

    def sql_fields(self, id: ObjectId, definition: PublicationTable) -> Mapping[str, SqlField]:
        """The condition."""
        if definition.where is None:
            return {}
        relation = (id.name[0], id.name[1])
        return {"where": SqlField(SqlFieldKind.EXPRESSION, definition.where, type="boolean", relation=relation)}

    def structure(self, definition: PublicationTable) -> Definition:
        """Return all but the condition's text."""
        where = None if definition.where is None else ""
        return msgspec.structs.replace(definition, columns=tuple(sorted(definition.columns)), where=where)


def _publication(id: ObjectId, context: Context) -> Publication | None:
    one = ObjectId("publication", id.name[2:])
    found = context.becoming.get(one) or context.live.get(one)
    return found if isinstance(found, Publication) else None


def _told(id: ObjectId, new: PublicationTable) -> HazardNote:
    columns = f" ({', '.join(new.columns)})" if new.columns else ""
    rows = "the rows" if new.where is None else "the rows that its condition admits"
    what = f"Whoever may subscribe to publication {id.name[2]} is told {rows} of {relation_name(id.name)}{columns}"
    return HazardNote(Hazard.AUTHZ_UPDATE, f"{what}, past its policies.")


def _add(id: ObjectId, new: PublicationTable, notes: tuple[HazardNote, ...]) -> Statement:
    return _statement(id, compose("add table only {}{}", ident(*id.name[:2]), sql.Composed([*_clauses(new)])), notes)


def _clauses(new: PublicationTable) -> Iterator[sql.Composable]:
    if new.columns:
        yield compose(" ({})", idents(new.columns))
    if new.where is not None:
        yield compose(" where ({})", raw_sql(new.where))


def _remove(id: ObjectId, notes: tuple[HazardNote, ...]) -> Statement:
    return _statement(id, compose("drop table only {}", ident(*id.name[:2])), notes)


def _statement(id: ObjectId, action: sql.Composable, notes: tuple[HazardNote, ...]) -> Statement:
    lock = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE)
    return Statement(compose("alter publication {} {}", ident(id.name[2]), action), locks=(lock,), hazards=notes)

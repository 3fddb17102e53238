"""Materialized views: a query and its rows. Another query makes another view, filled before it takes the place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, Lock, LockMode, ObjectId, Phase, Statement, Steps
from supaschema.core.sqltext import compose, ident, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind, Spellings, SqlField, SqlFieldKind
from supaschema.kinds.comments import commented
from supaschema.kinds.materialized_view_definition import MaterializedView, filled_ahead
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.query_columns import GIVEN, OF_COLUMNS, VIEWS, names_column
from supaschema.kinds.renaming import relation_named, renamed_and_moved, renaming, roughly_alike
from supaschema.kinds.table_definition import STORAGE
from supaschema.kinds.table_options import options_clause

__all__ = ["MaterializedView", "MaterializedViewKind"]

_KEPT = ("method", "options", "tablespace", "owner")
"""What a declaration need say nothing of."""


class MaterializedViewKind(Kind[MaterializedView]):
    """Materialized views, named `(schema, view)`."""

    name = "materialized_view"
    definition = MaterializedView
    family = Family.RELATION
    needs_values = True
    addressed = True
    query = f"""
        select array[n.nspname, c.relname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'query', pg_catalog.pg_get_viewdef(c.oid),
                 'columns', (
                    select {GIVEN}
                      from pg_catalog.pg_attribute a
                     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
                 'populated', c.relispopulated,
                 'method', coalesce(
                    nullif(m.amname, pg_catalog.current_setting('default_table_access_method')), ''),
                 'options', coalesce({STORAGE}, '{{{{}}}}'),
                 'tablespace', coalesce(s.spcname, ''),
                 'owner', pg_catalog.pg_get_userbyid(c.relowner),
                 'comment', pg_catalog.obj_description(c.oid, 'pg_class'))),
               'pg_catalog.pg_class'::regclass::oid, c.oid, 0
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          left join pg_catalog.pg_am m on m.oid = c.relam
          left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
         where c.relkind = 'm' and {{scope}}
    """

    def create(self, id: ObjectId, new: MaterializedView, context: Context) -> Steps:
        """Create it, filled if it was; where it is filled beside the old one, that is swapped for it."""
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        after = (*comment, *_given(id, None, new, context))
        coming = filled_ahead(id, context)
        if coming is not None:
            ahead = (_filled(coming, new), *context.clauses.get(id, ()))
            swap = _exclusive(id, compose("alter materialized view {} rename to {}", *_pair(coming, id)))
            return Steps((*(replace(item, phase=Phase.COPY) for item in ahead), swap, *after))
        return Steps((_filled(id, new, again=id in context.live), *after))

    def alter(self, id: ObjectId, old: MaterializedView, new: MaterializedView, context: Context) -> Steps | None:
        """Change what it has beside query and rows; None where these differ. Whether it is filled is no difference."""
        if (old.query, old.method or "") != (new.query, new.method or ""):
            return None
        return Steps((*_stored(id, old, new), *_described(id, old, new), *_given(id, old, new, context)))

    def drop(self, id: ObjectId, old: MaterializedView, context: Context) -> Steps:
        """Drop it; the server refuses while others read it."""
        again = "as before" if id in context.fresh else "at all"
        what = f"Programs that read {relation_name(id.name)} cannot read it {again} from then on."
        note = HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what)
        return Steps((_exclusive(id, compose("drop materialized view {}", ident(*id.name)), note),))

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, and move it to its schema."""
        note = renaming(f"materialized view {relation_name(old.name)}")
        return tuple(_exclusive(old, query, note) for query in renamed_and_moved("materialized view", old, new))

    def taken(self, id: ObjectId, definition: MaterializedView) -> sql.Composable:
        """Return the query for the relation or type of its name."""
        return relation_named(*id.name[:2])

    def like(self, old: MaterializedView, new: MaterializedView) -> bool:
        """Return whether they may have one query."""
        return roughly_alike(old.query, new.query)

    def gives_column(self, definition: MaterializedView, name: str) -> bool:
        """Return whether the column is among those that it gives."""
        return names_column(definition.columns, name)

    def has_place_for(self, definition: MaterializedView, child: ObjectId) -> bool:
        """Return whether the column is there on which something hangs; where columns are not known, it may be."""
        return child.kind not in OF_COLUMNS or names_column(definition.columns, child.name[2])

    def succeeds(self, id: ObjectId, new: Definition, former: ObjectId, old: MaterializedView) -> bool:
        """What reads it can read whatever view has its name."""
        return id.kind in VIEWS and id.name == former.name

    def dry_run(self, id: ObjectId, definition: MaterializedView) -> tuple[sql.Composable, ...]:
        """A table without rows in the session's own schema: no materialized view is temporary."""
        place, query = ident("pg_temp", "supaschema_trial"), raw_sql(_bare(definition.query))
        return (compose("create table {} as\n{}\nwith no data", place, query),)

    def sql_fields(self, id: ObjectId, definition: MaterializedView) -> Mapping[str, SqlField]:
        """The query."""
        return {"query": SqlField(SqlFieldKind.QUERY, _bare(definition.query))}

    def structure(self, definition: MaterializedView) -> Definition:
        """Return all but the query, and whether it is filled: a refresh is no change."""
        return msgspec.structs.replace(definition, query="", columns="", populated=True)

    def resolve(
        self, id: ObjectId, declared: MaterializedView, live: MaterializedView | None, context: Context
    ) -> MaterializedView:
        """Keep what the declaration says nothing of, and rows where there are any."""
        if live is None:
            return declared
        kept = {name: getattr(live, name) for name in _KEPT if getattr(declared, name) is None}
        return msgspec.structs.replace(declared, populated=live.populated, **kept)

    def normalized(
        self, wanted: MaterializedView, live: MaterializedView, spelled: Mapping[str, Spellings]
    ) -> MaterializedView:
        """Take the live query where the server sees no difference, else what it says of the declared one's columns."""
        left, right = spelled.get("query", (None, None))
        if left is not None and left == right:
            return msgspec.structs.replace(wanted, query=live.query, columns=live.columns)
        return msgspec.structs.replace(wanted, columns=(left or "").rpartition(";")[2])


def _bare(query: str) -> str:
    return query.strip().removesuffix(";").rstrip()


def _pair(one: ObjectId, other: ObjectId) -> tuple[sql.Composable, sql.Composable]:
    return ident(*one.name), ident(other.name[1])


def _filled(id: ObjectId, new: MaterializedView, *, again: bool = False) -> Statement:
    query = compose(
        "create materialized view {}{}{}{} as\n{}\nwith {}data",
        ident(*id.name),
        compose(" using {}", ident(new.method)) if new.method else sql.SQL(""),
        compose(" with {}", options_clause(new.options)) if new.options else sql.SQL(""),
        compose(" tablespace {}", ident(new.tablespace)) if new.tablespace else sql.SQL(""),
        raw_sql(_bare(new.query)),
        sql.SQL("" if new.populated else "no "),
    )
    lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE, scans=new.populated)
    what = f"Recreating {lock.relation} runs its query; nobody reads it, or writes what the plan holds, meanwhile."
    notes = (HazardNote(Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK, what),) if again and new.populated else ()
    return Statement(query, locks=(lock,), hazards=notes, computes=new.populated)


def _stored(id: ObjectId, old: MaterializedView, new: MaterializedView) -> Iterator[Statement]:
    before, after = old.options or {}, new.options or {}
    gone = sorted(before.keys() - after.keys())
    if gone:
        names = sql.SQL(", ").join(ident(*name.split(".", 1)) for name in gone)
        yield _alter(id, compose("reset ({})", names), LockMode.SHARE_UPDATE_EXCLUSIVE)
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    if changed:
        yield _alter(id, compose("set {}", options_clause(changed)), LockMode.SHARE_UPDATE_EXCLUSIVE)
    if (old.tablespace or "") != (new.tablespace or ""):
        lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE, scans=True, rewrites=True)
        what = f"Moving {lock.relation} to another tablespace writes it again; nobody reads it meanwhile."
        notes = (HazardNote(Hazard.REWRITES_TABLE, what),) if old.populated else ()
        query = compose("set tablespace {}", ident(new.tablespace or "pg_default"))
        yield replace(_alter(id, query, LockMode.ACCESS_EXCLUSIVE), locks=(lock,), hazards=notes)


def _described(id: ObjectId, old: MaterializedView, new: MaterializedView) -> Iterable[Statement]:
    return (_comment_on(id, new.comment),) if old.comment != new.comment else ()


def _given(id: ObjectId, old: MaterializedView | None, new: MaterializedView, context: Context) -> Iterable[Statement]:
    target = compose("materialized view {}", ident(*id.name))
    locks = (Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE),)
    rights_of = f"A refresh of {relation_name(id.name)}"
    return given_to_owner(target, old.owner if old else None, new.owner, context, locks=locks, rights_of=rights_of)


def _alter(id: ObjectId, action: sql.Composable, mode: LockMode) -> Statement:
    query = compose("alter materialized view {} {}", ident(*id.name), action)
    return Statement(query, locks=(Lock(relation_name(id.name), mode),))


def _exclusive(id: ObjectId, query: sql.Composable, *notes: HazardNote) -> Statement:
    return Statement(query, locks=(Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE),), hazards=notes)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    lock = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE)
    return commented(compose("materialized view {}", ident(*id.name)), comment, lock)

"""Indexes that no constraint owns."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from psycopg import sql

from supaschema.core.model import (
    Definition,
    Hazard,
    HazardNote,
    Lock,
    LockMode,
    Mode,
    ObjectId,
    Precondition,
    Statement,
    Steps,
)
from supaschema.core.sqltext import compose, ident, idents, literal, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind, Spellings, SqlField, SqlFieldKind


class Key(Definition, frozen=True, kw_only=True):
    """One key of an index: an expression, and how it is ordered."""

    expression: str
    opclass: str | None = None
    descending: bool = False
    nulls_first: bool = False


class Index(Definition, frozen=True, kw_only=True):
    """An index's definition."""

    keys: tuple[Key, ...]
    unique: bool = False
    nulls_distinct: bool = True
    method: str = "btree"
    include: tuple[str, ...] = ()
    where: str | None = None
    comment: str | None = None
    valid: bool = True
    text: str | None = None
    """What the server prints after the table's name, for putting back one that was there before."""


class IndexKind(Kind[Index]):
    """Indexes, named `(schema, table, index)`."""

    name = "index"
    definition = Index
    family = Family.RELATION
    needs_values = True
    rebuilt_by_server = True
    addressed = True
    query = """
        select array[n.nspname, c.relname, x.relname]::text[],
               jsonb_strip_nulls(jsonb_build_object(
                 'keys', (
                    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                             'expression', pg_catalog.pg_get_indexdef(i.indexrelid, k::integer, false),
                             'opclass', case when not o.opcdefault then
                                case when so.nspname = 'pg_catalog' then o.opcname
                                     else so.nspname || '.' || o.opcname end end,
                             'descending', (i.indoption[k - 1] & 1) = 1,
                             'nulls_first', (i.indoption[k - 1] & 2) = 2)) order by k)
                      from pg_catalog.generate_series(1, i.indnkeyatts) k
                      join pg_catalog.pg_opclass o on o.oid = i.indclass[k - 1]
                      join pg_catalog.pg_namespace so on so.oid = o.opcnamespace),
                 'unique', i.indisunique,
                 'nulls_distinct', not i.indnullsnotdistinct,
                 'method', m.amname,
                 'include', (
                    select jsonb_agg(a.attname order by k)
                      from pg_catalog.generate_series(i.indnkeyatts + 1, i.indnatts) k
                      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[k - 1]),
                 'where', pg_catalog.pg_get_expr(i.indpred, i.indrelid),
                 'comment', pg_catalog.obj_description(x.oid, 'pg_class'),
                 'valid', i.indisvalid and i.indisready,
                 'text', substr(pg_catalog.pg_get_indexdef(x.oid),
                    strpos(pg_catalog.pg_get_indexdef(x.oid), ' USING ')))),
               'pg_catalog.pg_class'::regclass::oid, x.oid, 0
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_index i on i.indrelid = c.oid
          join pg_catalog.pg_class x on x.oid = i.indexrelid
          join pg_catalog.pg_am m on m.oid = x.relam
         where c.relkind in ('r', 'p', 'm') and {scope}
           and not exists (select from pg_catalog.pg_constraint k
                            where k.conindid = x.oid and k.contype in ('p', 'u', 'x'))
    """

    def create(self, id: ObjectId, new: Index, context: Context) -> Steps:
        """Build it: at once on a new table, else CONCURRENTLY."""
        if ObjectId("table", id.name[:2]) in context.fresh:
            lock = Lock(relation_name(id.name), LockMode.SHARE)
            return Steps(
                (
                    Statement(_build(id, id.name[2], new, concurrently=False), locks=(lock,)),
                    *_comment(id, new),
                )
            )
        if id in context.aside:
            return Steps((_build_in_transaction(id, new), *_comment(id, new)))
        statements = (_drop(id, id.name[2]), _build_concurrently(id, id.name[2], new), *_comment(id, new))
        return Steps(statements, _guards(id, new))

    def alter(self, id: ObjectId, old: Index, new: Index, context: Context) -> Steps:
        """Change the comment, or build the new one beside the old and swap the names: one of them always serves."""
        if not old.valid:
            return self.create(id, new, context)
        if _shape(old) == _shape(new):
            return Steps(_comment(id, new, always=True))
        coming, going = f"{id.name[2][:55]}__new", f"{id.name[2][:55]}__old"
        # A rename locks the index alone, not its table.
        away = compose("alter index {} rename to {}", ident(id.name[0], id.name[2]), ident(going))
        here = compose("alter index {} rename to {}", ident(id.name[0], coming), ident(id.name[2]))
        return Steps(
            (
                _drop(id, coming),
                _build_concurrently(id, coming, new),
                Statement(away, mode=Mode.OWN_TRANSACTION),
                Statement(here),
                *_comment(id, new),
                _drop(id, going),
            ),
            _guards(id, new),
        )

    def drop(self, id: ObjectId, old: Index, context: Context) -> Steps:
        """Drop it without blocking anybody."""
        note = HazardNote(
            Hazard.INDEX_DROPPED, f"Queries on {relation_name(id.name)} that use {id.name[2]} become slower."
        )
        if id in context.aside:
            lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
            return Steps((Statement(compose("drop index {}", ident(id.name[0], id.name[2])), locks=(lock,)),))
        return Steps((_drop(id, id.name[2], note),))

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its table."""
        return (ObjectId("table", id.name[:2]),)

    def sql_fields(self, id: ObjectId, definition: Index) -> Mapping[str, SqlField]:
        """The keys' expressions and the predicate."""
        relation = (id.name[0], id.name[1])
        sql_fields = {
            f"keys[{position}]": SqlField(SqlFieldKind.EXPRESSION, key.expression, relation=relation)
            for position, key in enumerate(definition.keys)
        }
        if definition.where is not None:
            sql_fields["where"] = SqlField(SqlFieldKind.EXPRESSION, definition.where, type="boolean", relation=relation)
        return sql_fields

    def structure(self, definition: Index) -> Definition:
        """Return all but the expressions' texts."""
        keys = tuple(msgspec.structs.replace(key, expression="") for key in definition.keys)
        where = None if definition.where is None else ""
        return msgspec.structs.replace(definition, keys=keys, where=where, text=None)

    def normalized(self, wanted: Index, live: Index, spelled: Mapping[str, Spellings]) -> Index:
        """Take the live expressions and predicate where the server sees no difference."""
        alike = {name for name, (left, right) in spelled.items() if left and left == right}
        keys = tuple(
            msgspec.structs.replace(key, expression=live.keys[position].expression)
            if f"keys[{position}]" in alike
            else key
            for position, key in enumerate(wanted.keys)
        )
        return msgspec.structs.replace(wanted, keys=keys, where=live.where if "where" in alike else wanted.where)


def _build_in_transaction(id: ObjectId, new: Index) -> Statement:
    # With what it stands on: whoever reads the table sees both as they were, or both as they are now.
    relation = relation_name(id.name)
    lock = Lock(relation, LockMode.ACCESS_EXCLUSIVE, scans=True)
    note = HazardNote(
        Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK,
        f"Recreating {id.name[2]} reads all of {relation}; nobody reads or writes it meanwhile.",
    )
    return Statement(_build(id, id.name[2], new, concurrently=False), locks=(lock,), hazards=(note,))


def _shape(index: Index) -> Index:
    return msgspec.structs.replace(index, comment=None, text=None)


def _key(key: Key) -> sql.Composed:
    # A key that is no plain column name needs parentheses, and a column takes them too.
    parts: list[sql.Composable] = [compose("({})", raw_sql(key.expression))]
    if key.opclass is not None:
        parts.append(ident(*key.opclass.split(".")))
    if key.descending:
        parts.append(sql.SQL("desc"))
    if key.nulls_first != key.descending:
        parts.append(sql.SQL("nulls first" if key.nulls_first else "nulls last"))
    return sql.SQL(" ").join(parts)


def _build(id: ObjectId, name: str, new: Index, *, concurrently: bool) -> sql.Composed:
    head = compose(
        "create {}index {}{} on {}",
        sql.SQL("unique " if new.unique else ""),
        sql.SQL("concurrently " if concurrently else ""),
        ident(name),
        ident(*id.name[:2]),
    )
    if new.text is not None:
        return head + raw_sql(new.text)
    tail = [compose(" using {} ({})", ident(new.method), sql.SQL(", ").join(_key(key) for key in new.keys))]
    if new.include:
        tail.append(compose(" include ({})", idents(new.include)))
    if not new.nulls_distinct:
        tail.append(compose(" nulls not distinct"))
    if new.where is not None:
        tail.append(compose(" where {}", raw_sql(new.where)))
    return head + sql.Composed(tail)


def _build_concurrently(id: ObjectId, name: str, new: Index) -> Statement:
    relation = relation_name(id.name)
    lock = Lock(relation, LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True)
    notes = (
        HazardNote(Hazard.INDEX_BUILD, f"Building {name} reads all of {relation} twice; it takes time and I/O."),
        HazardNote(Hazard.NON_TRANSACTIONAL, f"A failed build leaves {name} invalid; the next run removes it."),
    )
    query = _build(id, name, new, concurrently=True)
    return Statement(query, locks=(lock,), hazards=notes, mode=Mode.ALONE, find=_find(id, new))


def _find(id: ObjectId, new: Index) -> sql.Composable | None:
    if not new.unique:
        return None
    each = [compose("({})", raw_sql(key.expression)) for key in new.keys]
    keys = sql.SQL(", ").join(each)
    # NULL equals no other, unless the index says so.
    wanted = [compose("{} is not null", key) for key in each] if new.nulls_distinct else []
    wanted += [compose("({})", raw_sql(new.where))] if new.where is not None else []
    where = compose(" where {}", sql.SQL(" and ").join(wanted)) if wanted else compose("")
    rows = compose("from {}{} group by {} having count(*) > 1", ident(*id.name[:2]), where, keys)
    return compose("select {}, count(*) {}", keys, rows)


def _guards(id: ObjectId, new: Index) -> tuple[Precondition, ...]:
    find = _find(id, new)
    if find is None:
        return ()
    keys = ", ".join(key.expression for key in new.keys)
    what = f"values of {relation_name(id.name)} ({keys}) occur more than once, which the unique index {id.name[2]}"
    return (Precondition(f"{what} forbids", find),)


def _drop(id: ObjectId, name: str, *notes: HazardNote) -> Statement:
    lock = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE)
    query = compose("drop index concurrently if exists {}", ident(id.name[0], name))
    return Statement(query, locks=(lock,), hazards=notes, mode=Mode.ALONE)


def _comment(id: ObjectId, new: Index, *, always: bool = False) -> tuple[Statement, ...]:
    if new.comment is None and not always:
        return ()
    value = literal(new.comment) if new.comment is not None else sql.SQL("null")
    return (Statement(compose("comment on index {} is {}", ident(id.name[0], id.name[2]), value)),)

"""Indexes that no constraint owns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

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
    Phase,
    Statement,
    Steps,
)
from supaschema.core.sqltext import Name, compose, ident, idents, literal, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind, Spellings, SqlField, SqlFieldKind
from supaschema.kinds.constraint_marks import index_marks
from supaschema.kinds.helper_names import Helper, helper_name
from supaschema.kinds.index_definition import Index, is_key_of_the_same
from supaschema.kinds.index_drop import drop_index, leftovers
from supaschema.kinds.index_keys import (
    KEYS,
    OPTIONS,
    Key,
    bare_keys,
    key_clauses,
    normalized_keys,
    resolved_keys,
    with_options,
)
from supaschema.kinds.index_options import changed_options, changed_statistics
from supaschema.kinds.index_rows import occurs_twice, rows_against
from supaschema.kinds.index_taken_over import is_taken_over
from supaschema.kinds.materialized_view_definition import filled_ahead
from supaschema.kinds.partitions import chosen_name, is_partitioned, key_name, leaves, taken_names
from supaschema.kinds.referred_types import collations_of
from supaschema.kinds.renaming import relation_named, roughly_alike

__all__ = ["Index", "IndexKind", "Key"]


class IndexKind(Kind[Index]):
    """Indexes, named `(schema, table, index)`."""

    name = "index"
    definition = Index
    family = Family.RELATION
    parts = 3
    needs_values = True
    rebuilt_by_server = True
    addressed = True
    query = f"""
        select array[n.nspname, c.relname, x.relname]::text[],
               jsonb_strip_nulls(jsonb_build_object(
                 'keys', {KEYS.format(operators="array[]::oid[]")},
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
                 'options', {OPTIONS.format(options="x.reloptions")},
                 'statistics', (
                    select coalesce(jsonb_object_agg(s.attnum, s.attstattarget), jsonb_build_object())
                      from pg_catalog.pg_attribute s
                     where s.attrelid = x.oid and s.attstattarget >= 0),
                 'clustered', i.indisclustered,
                 'replica_identity', i.indisreplident,
                 'inherited', x.relispartition,
                 'attached_to', case when x.relispartition then (
                    select jsonb_build_array(pn.nspname, pc.relname, px.relname)
                      from pg_catalog.pg_inherits h
                      join pg_catalog.pg_class px on px.oid = h.inhparent
                      join pg_catalog.pg_index pi on pi.indexrelid = px.oid
                      join pg_catalog.pg_class pc on pc.oid = pi.indrelid
                      join pg_catalog.pg_namespace pn on pn.oid = pc.relnamespace
                     where h.inhrelid = x.oid) end,
                 'text', substring(pg_catalog.pg_get_indexdef(x.oid) from ' USING .*'))),
               'pg_catalog.pg_class'::regclass::oid, x.oid, 0
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_index i on i.indrelid = c.oid
          join pg_catalog.pg_class x on x.oid = i.indexrelid
          join pg_catalog.pg_am m on m.oid = x.relam
         where c.relkind in ('r', 'p', 'm') and {{scope}}
           and not exists (select from pg_catalog.pg_constraint k
                            where k.conindid = x.oid and k.contype in ('p', 'u', 'x'))
    """

    def create(self, id: ObjectId, new: Index, context: Context) -> Steps:
        """Build it: at once on a new table, else CONCURRENTLY."""
        follow = (*_marks(id, new), *_comment(id, new), *changed_statistics(id, {}, new))
        if context.fresh.intersection(self.parents(id)):
            lock = Lock(relation_name(id.name), LockMode.SHARE)
            return Steps((Statement(_build(id, id.name[2], new, concurrently=False), locks=(lock,)), *follow))
        if id in context.aside:
            return Steps((_build_in_transaction(id, new), *follow))
        if is_partitioned(id, context):
            return Steps((*_build_on_partitions(id, id.name[2], new, context), *follow), rows_against(id, new, context))
        if _is_under_others(id, context):
            return Steps((*_replacement(id, new, context), *follow), rows_against(id, new, context))
        left = leftovers(id, context, id.name[2])
        return Steps((*left, _build_concurrently(id, id.name[2], new), *follow), rows_against(id, new, context))

    def clause(self, id: ObjectId, new: Index, context: Context) -> Statement | None:
        """Build it on a materialized view that is filled before it takes the place of the one that is live."""
        place = filled_ahead(ObjectId("materialized_view", id.name[:2]), context)
        if place is None:
            return None
        lock = Lock(relation_name(place.name), LockMode.SHARE, scans=True)
        coming = ObjectId(id.kind, (*place.name, id.name[2]))
        query = _build(coming, helper_name(id.name, Helper.COMING), new, concurrently=False)
        return Statement(query, locks=(lock,))

    def after_clause(self, id: ObjectId, new: Index, context: Context) -> Steps:
        """Give it its name, and what only one by that name is given."""
        follow = (*_marks(id, new), *_comment(id, new), *changed_statistics(id, {}, new))
        return Steps((_rename(id, helper_name(id.name, Helper.COMING)), *follow))

    def alter(self, id: ObjectId, old: Index, new: Index, context: Context) -> Steps | None:
        """Change what can be, or build the new one beside the old and swap the names: one of them always serves."""
        partitioned = is_partitioned(id, context)
        if old.attached_to and not new.attached_to:
            return Steps(tuple(_released(id, new, context)), rows_against(id, new, context))
        if not old.valid:
            steps = self.create(id, new, context)
            first = (drop_index(id, id.name[2], at_once=True),) if partitioned else ()
            return Steps((*first, *steps.statements), steps.preconditions)
        if _shape(old) == _shape(new):
            comment = _comment(id, new, always=True) if old.comment != new.comment else ()
            return Steps((*changed_options(id, old, new), *changed_statistics(id, old.statistics or {}, new), *comment))
        if context.edges.get(id):
            return None
        coming, going = helper_name(id.name, Helper.COMING), helper_name(id.name, Helper.GOING)
        # A rename locks the index alone, not its table.
        away = compose("alter index {} rename to {}", ident(id.name[0], id.name[2]), ident(going))
        return Steps(
            (
                *leftovers(id, context, coming, going, at_once=partitioned),
                *_build_beside(id, coming, new, context),
                Statement(away, mode=Mode.OWN_TRANSACTION),
                _rename(id, coming),
                *_marks(id, new),
                *_comment(id, new),
                *changed_statistics(id, {}, new),
                drop_index(id, going, at_once=partitioned),
            ),
            rows_against(id, new, context),
        )

    def lets_go(self, old: Index, new: Index | None) -> bool:
        """Those of the partitions go with it, and with the one that another one replaces."""
        return new is None or _shape(old) != _shape(new)

    def evicts(self, id: ObjectId, old: Index, new: Index) -> bool:
        """Return whether a unique index is replaced, on which foreign keys may stand."""
        return old.unique and old.valid and _shape(old) != _shape(new)

    def drop(self, id: ObjectId, old: Index, context: Context) -> Steps:
        """Drop it without blocking anybody, unless a constraint takes it over."""
        if is_taken_over(id, context):
            return Steps()
        note = HazardNote(
            Hazard.INDEX_DROPPED, f"Queries on {relation_name(id.name)} that use {id.name[2]} become slower."
        )
        if id in context.aside or _is_under_others(id, context):
            lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
            return Steps((Statement(compose("drop index {}", ident(id.name[0], id.name[2])), locks=(lock,)),))
        return Steps((drop_index(id, id.name[2], note, at_once=is_partitioned(id, context)),))

    def succeeds(self, id: ObjectId, new: Definition, former: ObjectId, old: Index) -> bool:
        """A foreign key names columns: any key of just them will do, a constraint too."""
        is_built = not isinstance(new, Index) or new.valid
        return id.name[:2] == former.name[:2] and is_built and is_key_of_the_same(new, old)

    def holds_results(self, definition: Index) -> str | None:
        """Expressions were computed when each row was written."""
        return "rows that exist are found by the old value until it is rebuilt (reindex)"

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it: nobody waits for that."""
        query = compose("alter index {} rename to {}", ident(new.name[0], old.name[2]), ident(new.name[2]))
        return (Statement(query),)

    def taken(self, id: ObjectId, definition: Index) -> sql.Composable:
        """Return the query for the relation of its name."""
        return relation_named(id.name[0], id.name[2])

    def relation(self, id: ObjectId, definition: Index) -> Name:
        """It is one, in the schema of its table."""
        return (id.name[0], id.name[2])

    def like(self, old: Index, new: Index) -> bool:
        """Return whether the two have the same shape."""
        unsaid = {"valid": True, "where": None}
        wanted = self.resolve(ObjectId(self.name, ()), new, old, Context(major=0))
        one, other = (_shape(msgspec.structs.replace(item, **unsaid)) for item in (old, wanted))
        return one == other and roughly_alike(old.where, new.where)

    def unfit(self, definition: Index, relkind: str) -> str | None:
        """Only what holds rows has indexes."""
        return "indexes" if relkind in "fv" else None

    def descends(self, definition: Index, *, partitioned: bool) -> bool:
        """A partitioned table's index has one on each partition."""
        return partitioned

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its table or materialized view."""
        return (ObjectId("table", id.name[:2]), ObjectId("materialized_view", id.name[:2]))

    def references(self, id: ObjectId, definition: Index) -> tuple[ObjectId, ...]:
        """Return the collations of its keys."""
        return collations_of(*(key.collation for key in definition.keys))

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
        where = None if definition.where is None else ""
        return msgspec.structs.replace(
            definition,
            keys=bare_keys(definition.keys),
            where=where,
            clustered=False,
            replica_identity=False,
            text=None,
            inherited=False,
            attached_to=None,
        )

    def resolve(self, id: ObjectId, declared: Index, live: Index | None, context: Context) -> Index:
        """Take what is not said as it is live."""
        if live is None:
            return declared
        return msgspec.structs.replace(
            declared,
            keys=resolved_keys(declared.keys, live.keys),
            options=live.options if declared.options is None else declared.options,
            statistics=live.statistics if declared.statistics is None else declared.statistics,
            clustered=live.clustered,
            replica_identity=live.replica_identity,
            attached_to=live.attached_to,
        )

    def normalized(self, wanted: Index, live: Index, spelled: Mapping[str, Spellings]) -> Index:
        """Take the live expressions and predicate where the server sees no difference."""
        alike = {name for name, (left, right) in spelled.items() if left and left == right}
        keys = normalized_keys(wanted.keys, live.keys, alike)
        return msgspec.structs.replace(wanted, keys=keys, where=live.where if "where" in alike else wanted.where)


def _is_under_others(id: ObjectId, context: Context) -> bool:
    return id in context.live and bool(context.edges.get(id))


def _replacement(id: ObjectId, new: Index, context: Context) -> tuple[Statement, ...]:
    # Built before; what stands on the old one goes and comes back in the transaction in which it takes the name.
    if any(other.kind == "column" and other.name[:2] == id.name[:2] for other in context.fresh):
        return (_build_in_transaction(id, new),)
    coming = helper_name(id.name, Helper.COMING)
    ahead = (*leftovers(id, context, coming), _build_concurrently(id, coming, new))
    return (*(replace(item, phase=Phase.COPY) for item in ahead), _rename(id, coming))


def _released(id: ObjectId, new: Index, context: Context) -> Iterator[Statement]:
    # What it was is the whole's, and goes with that under another name: no partition can take its index back.
    coming, going = helper_name(id.name, Helper.COMING), helper_name(id.name, Helper.GOING)
    away = compose("alter index {} rename to {}", ident(id.name[0], id.name[2]), ident(going))
    steps = (
        *leftovers(id, context, coming, at_once=is_partitioned(id, context)),
        *_build_beside(id, coming, new, context),
        Statement(away, mode=Mode.OWN_TRANSACTION),
        _rename(id, coming),
        *_marks(id, new),
        *_comment(id, new),
        *changed_statistics(id, {}, new),
    )
    yield from (replace(item, phase=Phase.COPY) for item in steps)


def _rename(id: ObjectId, name: str) -> Statement:
    return Statement(compose("alter index {} rename to {}", ident(id.name[0], name), ident(id.name[2])))


def _marks(id: ObjectId, new: Index) -> tuple[Statement, ...]:
    return index_marks(id, clustered=new.clustered, replica_identity=new.replica_identity)


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
    """Return what only another index can have."""
    keys = tuple(msgspec.structs.replace(key, usual_opclass=None) for key in index.keys)
    return msgspec.structs.replace(
        index,
        keys=keys,
        options=None,
        statistics=None,
        comment=None,
        clustered=False,
        replica_identity=False,
        text=None,
        inherited=False,
        attached_to=None,
    )


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
    tail = [compose(" using {} ({})", ident(new.method), key_clauses(new.keys))]
    if new.include:
        tail.append(compose(" include ({})", idents(new.include)))
    if not new.nulls_distinct:
        tail.append(compose(" nulls not distinct"))
    tail.append(compose("{}", with_options(new.options)))
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
    return Statement(query, locks=(lock,), hazards=notes, mode=Mode.ALONE, find=occurs_twice(id, new))


def _build_beside(id: ObjectId, name: str, new: Index, context: Context) -> tuple[Statement, ...]:
    if is_partitioned(id, context):
        return _build_on_partitions(id, name, new, context)
    return (_build_concurrently(id, name, new),)


def _build_on_partitions(id: ObjectId, name: str, new: Index, context: Context) -> tuple[Statement, ...]:
    # One that is there and alike was built by an earlier attempt, or by somebody else.
    columns = [*(key_name(key.expression) for key in new.keys), *new.include]
    builds = []
    for leaf in leaves(id, context):
        there = [item for other, item in context.live.items() if other.kind == id.kind and other.name[:2] == leaf]
        if not any(isinstance(item, Index) and _serves(item, new) for item in there):
            own = chosen_name(leaf, columns, "idx", taken_names(leaf, context))
            builds.append(_build_concurrently(ObjectId(id.kind, (*leaf, own)), own, new))
    lock = Lock(relation_name(id.name), LockMode.SHARE)
    whole = Statement(_build(id, name, new, concurrently=False), locks=(lock,), mode=Mode.OWN_TRANSACTION)
    return (*builds, whole)


def _serves(there: Index, new: Index) -> bool:
    return there.valid and not there.inherited and _shape(there) == _shape(new)


def _comment(id: ObjectId, new: Index, *, always: bool = False) -> tuple[Statement, ...]:
    if new.comment is None and not always:
        return ()
    value = literal(new.comment) if new.comment is not None else sql.SQL("null")
    return (Statement(compose("comment on index {} is {}", ident(id.name[0], id.name[2]), value)),)

"""Constraints: primary keys, unique, check, foreign key, exclusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec
from psycopg import sql

from supaschema.core.model import (
    Definition,
    Facts,
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
from supaschema.core.sqltext import Name, compose, ident, idents, relation_name
from supaschema.kinds.base import Context, Family, Kind, Spellings, SqlField, SqlFieldKind
from supaschema.kinds.constraint_definition import QUERY, Constraint, body, changes, deferral, resolved, structure
from supaschema.kinds.constraint_marks import comments as _comments
from supaschema.kinds.constraint_marks import marks as _marks
from supaschema.kinds.constraint_partitions import is_served, locks_of_whole, taking_over
from supaschema.kinds.constraint_rows import preconditions, rows_against
from supaschema.kinds.constraint_timing import locks_briefly, may_be_built_ahead
from supaschema.kinds.helper_names import Helper, helper_name
from supaschema.kinds.index_definition import is_key_of_the_same
from supaschema.kinds.index_drop import leftovers
from supaschema.kinds.index_keys import normalized_keys, with_options
from supaschema.kinds.index_taken_over import is_taken_over
from supaschema.kinds.partitions import chosen_name, is_partitioned, leaves, taken_names
from supaschema.kinds.referred_types import collations_of
from supaschema.kinds.renaming import constraint_named, relation_named, roughly_alike

__all__ = ["Constraint", "ConstraintKind", "is_foreign_key", "primary_key"]

_UNPROVEN_BELOW = 18
"""Servers before this one take no NOT VALID for a foreign key of a partitioned table."""


def is_foreign_key(definition: Definition) -> bool:
    """Return whether a definition is a foreign key's."""
    return isinstance(definition, Constraint) and definition.type == "f"


def primary_key(table: Name, live: Facts) -> tuple[str, ...]:
    """Return the columns of a table's primary key in its order; empty: it has none."""
    for id, definition in live.items():
        if isinstance(definition, Constraint) and definition.type == "p" and id.name[:2] == table:
            return definition.columns
    return ()


class ConstraintKind(Kind[Constraint]):
    """Constraints."""

    name = "constraint"
    definition = Constraint
    family = Family.RELATION
    parts = 3
    needs_values = True
    rebuilt_by_server = True
    addressed = True
    query = QUERY

    def create(self, id: ObjectId, new: Constraint, context: Context) -> Steps:
        """Add it: at once where the table is new, else in the way that blocks nobody for long."""
        return _with_comments(id, new, self._created(id, new, context))

    def _created(self, id: ObjectId, new: Constraint, context: Context) -> Steps:
        if id in context.aside:
            return _recreated(id, new, context)
        fresh = ObjectId("table", id.name[:2]) in context.fresh
        if fresh or not new.enforced:
            valid = new.validated or not new.enforced
            mode = Mode.TRANSACTION if fresh and locks_briefly(id, context) else Mode.OWN_TRANSACTION
            # As the last of all: nobody waits for what it refers to until other statements are done.
            last = Phase.REFERENCES if new.type == "f" and fresh and not context.occupied else None
            return Steps((replace(_add(id, id.name[2], new, valid=valid, mode=mode), phase=last),))
        if new.type == "x" or new.period:
            # One that is replaced goes in the same transaction.
            mode = Mode.TRANSACTION if id in context.live else Mode.OWN_TRANSACTION
            return Steps((replace(_add_reading_all(id, new), mode=mode), *_marks(id, new)))
        if _goes_by_partitions(id, new, context):
            return _add_on_partitions(id, new, context)
        if new.type in "cf":
            add = _add(id, id.name[2], new, valid=False, mode=Mode.OWN_TRANSACTION)
            proven = (add, *_proof(id, id.name[2], new))
            return Steps(taking_over(proven, id, new, context), preconditions(id, new, context))
        return _add_by_index(id, new, context, ahead=may_be_built_ahead(id, new, context))

    def clause(self, id: ObjectId, new: Constraint, context: Context) -> Statement | None:
        """Return it as CREATE TABLE takes it; a foreign key gets a step of its own, for it locks another table."""
        if new.type == "f" or not new.validated:
            return None
        return Statement(compose("constraint {} {}", ident(id.name[2]), body(new)))

    def after_clause(self, id: ObjectId, new: Constraint, context: Context) -> Steps:
        """Return its comments."""
        return Steps(_comments(id, None, new))

    def alter(self, id: ObjectId, old: Constraint, new: Constraint, context: Context) -> Steps | None:
        """Prove it, or put a changed one in the place of the old one without a moment in which neither holds."""
        if old.attached_to and not new.attached_to:
            return _released(id, new, context)
        if not changes(old, new):
            return Steps(_comments(id, old, new))
        if new.validated and new.enforced and not changes(old, msgspec.structs.replace(new, validated=False)):
            return Steps((_validate(id, id.name[2], new), *_comments(id, old, new)), preconditions(id, new, context))
        in_place = old.type == new.type and new.type != "x" and not new.period and not context.edges.get(id)
        if not in_place or _goes_by_partitions(id, new, context):
            return None
        return _with_comments(
            id, new, _swap_key(id, new, context) if new.type in "pu" else _swap(id, old, new, context)
        )

    def lets_go(self, old: Constraint, new: Constraint | None) -> bool:
        """Those of the partitions go with it, and with the one that another one replaces."""
        return new is None or changes(old, msgspec.structs.replace(new, validated=old.validated))

    def evicts(self, id: ObjectId, old: Constraint, new: Constraint) -> bool:
        """Return whether a key changes on which foreign keys may stand."""
        return old.type in "pu" and changes(old, new)

    def drop(self, id: ObjectId, old: Constraint, context: Context) -> Steps:
        """Drop it."""
        query = compose("alter table {} drop constraint {}", ident(*id.name[:2]), ident(id.name[2]))
        return Steps((Statement(query, locks=_locks(id, old, LockMode.ACCESS_EXCLUSIVE)),))

    def unfit(self, definition: Constraint, relkind: str) -> str | None:
        """Of a foreign table's rows the server proves nothing."""
        return "constraints but checks" if relkind == "f" and definition.type != "c" else None

    def descends(self, definition: Constraint, *, partitioned: bool) -> bool:
        """What inherits from a table has its checks; partitions have all of its constraints."""
        return partitioned or (definition.type == "c" and not definition.no_inherit)

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, and its index with it."""
        query = compose(
            "alter table {} rename constraint {} to {}", ident(*new.name[:2]), ident(old.name[2]), ident(new.name[2])
        )
        return (Statement(query, locks=(Lock(relation_name(new.name), LockMode.ACCESS_EXCLUSIVE),)),)

    def rename_descends(self, definition: Constraint, *, partitioned: bool) -> bool:
        """Of keys each partition's has its own name."""
        return definition.type == "c" and not definition.no_inherit

    def taken(self, id: ObjectId, definition: Constraint) -> sql.Composable:
        """Return the query for the constraint or the relation of its name: a key's index is called as the key is."""
        own = constraint_named(*id.name)
        indexed = definition.type in "pux"
        return compose("{} union all {}", own, relation_named(id.name[0], id.name[2])) if indexed else own

    def relation(self, id: ObjectId, definition: Constraint) -> Name | None:
        """Return the index of a key, or of what excludes others."""
        return (id.name[0], id.name[2]) if definition.type in "pux" else None

    def like(self, old: Constraint, new: Constraint) -> bool:
        """Return whether they say the same."""
        texts = {"expression": None, "where": None}
        plain = (msgspec.structs.replace(item, **texts) for item in (old, resolved(new, old)))
        alike = (roughly_alike(getattr(old, name), getattr(new, name)) for name in texts)
        return not changes(*plain) and all(alike)

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its table."""
        return (ObjectId("table", id.name[:2]),)

    def holds_results(self, definition: Constraint) -> str | None:
        """A check was true of each row when that was written, and what excludes others is in an index."""
        if definition.type == "c":
            return "rows that exist are not checked again"
        return (
            "rows that exist are found by the old value until it is rebuilt (reindex)"
            if definition.type == "x"
            else None
        )

    def spoken_for_with(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """A table that is declared whole is declared with all its constraints."""
        return self.parents(id)

    def references(self, id: ObjectId, definition: Constraint) -> tuple[ObjectId, ...]:
        """Return the table that a foreign key names, and the collations of keys."""
        tables = (ObjectId("table", name) for name in self.needs(id, definition)[1:])
        return (*tables, *collations_of(*(key.collation for key in definition.keys)))

    def succeeds(self, id: ObjectId, new: Definition, former: ObjectId, old: Constraint) -> bool:
        """A foreign key names columns: any key of them will do, an index too."""
        return id.name[:2] == former.name[:2] and is_key_of_the_same(new, old)

    def needs(self, id: ObjectId, definition: Constraint) -> tuple[tuple[str, ...], ...]:
        """Return its table, and the one that a foreign key names."""
        referenced = (tuple(definition.references.split(".", 1)),) if definition.references else ()
        return (id.name[:2], *referenced)

    def needs_key(self, definition: Constraint) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Return what a foreign key refers to."""
        if not definition.references or not definition.referenced_columns or definition.period:
            return None
        return tuple(definition.references.split(".", 1)), definition.referenced_columns

    def referring(self, definition: Constraint, relation: str) -> Constraint:
        """Return the foreign key to another table."""
        return msgspec.structs.replace(definition, references=relation)

    def sql_fields(self, id: ObjectId, definition: Constraint) -> Mapping[str, SqlField]:
        """A check's expression, or what an exclusion constraint compares and of which rows."""
        relation = (id.name[0], id.name[1])
        fields = {
            f"keys[{position}]": SqlField(SqlFieldKind.EXPRESSION, key.expression, relation=relation)
            for position, key in enumerate(definition.keys)
        }
        for name in ("expression", "where"):
            if (text := getattr(definition, name)) is not None:
                fields[name] = SqlField(SqlFieldKind.EXPRESSION, text, type="boolean", relation=relation)
        return fields

    def structure(self, definition: Constraint) -> Definition:
        """Return all but the texts, and but what is not compared."""
        return structure(definition)

    def resolve(self, id: ObjectId, declared: Constraint, live: Constraint | None, context: Context) -> Constraint:
        """Take what is not said as it is live."""
        return declared if live is None else resolved(declared, live)

    def normalized(self, wanted: Constraint, live: Constraint, spelled: Mapping[str, Spellings]) -> Constraint:
        """Take the live texts where the server sees no difference."""
        alike = {name for name, (left, right) in spelled.items() if left and left == right}
        texts = {name: getattr(live, name) for name in alike & {"expression", "where"}}
        return msgspec.structs.replace(wanted, keys=normalized_keys(wanted.keys, live.keys, alike), **texts)


def _with_comments(id: ObjectId, new: Constraint, steps: Steps) -> Steps:
    last = Phase.REFERENCES if any(item.phase is Phase.REFERENCES for item in steps.statements) else None
    comments = (replace(item, phase=last) for item in _comments(id, None, new))
    return Steps((*steps.statements, *comments), steps.preconditions)


def _locks(id: ObjectId, constraint: Constraint, mode: LockMode, *, scans: bool = False) -> tuple[Lock, ...]:
    own = Lock(relation_name(id.name), mode, scans=scans)
    return (own, Lock(constraint.references, mode)) if constraint.references else (own,)


def _add(id: ObjectId, name: str, new: Constraint, *, valid: bool = True, mode: Mode = Mode.TRANSACTION) -> Statement:
    suffix = sql.SQL("" if valid else " not valid")
    query = compose("alter table {} add constraint {} {}{}", ident(*id.name[:2]), ident(name), body(new), suffix)
    lock = LockMode.SHARE_ROW_EXCLUSIVE if new.type == "f" else LockMode.ACCESS_EXCLUSIVE
    return Statement(query, locks=_locks(id, new, lock), mode=mode, computes=valid)


def _proof(id: ObjectId, name: str, new: Constraint) -> tuple[Statement, ...]:
    return (_validate(id, name, new),) if new.validated and new.enforced else ()


def _validate(id: ObjectId, name: str, new: Constraint) -> Statement:
    query = compose("alter table {} validate constraint {}", ident(*id.name[:2]), ident(name))
    own = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True)
    others = (Lock(new.references, LockMode.ROW_SHARE, alone=True),) if new.references else ()
    return Statement(query, locks=(own, *others), mode=Mode.OWN_TRANSACTION, find=rows_against(id, new))


def _add_on_partitions(id: ObjectId, new: Constraint, context: Context) -> Steps:
    # One that is there and alike was made by an earlier attempt, or by somebody else.
    steps: list[Statement] = []
    for leaf in leaves(id, context):
        if is_served(leaf, new, context):
            continue
        taken, columns = taken_names(leaf, context), new.columns if new.type == "u" else ()
        if new.type == "f":
            own = ObjectId(id.kind, (*leaf, id.name[2]))
            add = _add(own, own.name[2], new, valid=False, mode=Mode.OWN_TRANSACTION)
            steps += [add, *_proof(own, own.name[2], new)]
        else:
            name = chosen_name(leaf, columns, "pkey" if new.type == "p" else "key", taken)
            plain = msgspec.structs.replace(
                new, comment=None, index_comment=None, clustered=False, replica_identity=False
            )
            steps += _add_by_index(ObjectId(id.kind, (*leaf, name)), plain, context, ahead=False).statements
    whole = _add(id, id.name[2], new, mode=Mode.OWN_TRANSACTION)
    return Steps(
        (*steps, replace(whole, locks=locks_of_whole(id, new, context)), *_marks(id, new)),
        preconditions(id, new, context),
    )


def _goes_by_partitions(id: ObjectId, new: Constraint, context: Context) -> bool:
    provable = new.type == "c" or (new.type == "f" and context.major >= _UNPROVEN_BELOW)
    return is_partitioned(id, context) and not provable


def _recreated(id: ObjectId, new: Constraint, context: Context) -> Steps:
    # With what it stands on, in one transaction. That old rows hold is proven later, while others go on.
    if new.type == "f" and _goes_by_partitions(id, new, context):
        locks = _locks(id, new, LockMode.SHARE_ROW_EXCLUSIVE, scans=True)
        return Steps((replace(_add(id, id.name[2], new), locks=locks),))
    if new.type in "cf":
        proof = (replace(item, phase=Phase.TIDY) for item in _proof(id, id.name[2], new))
        return Steps((_add(id, id.name[2], new, valid=not new.enforced), *proof))
    return Steps((_add_reading_all(id, new), *_marks(id, new)))


def _add_reading_all(id: ObjectId, new: Constraint) -> Statement:
    mode = LockMode.SHARE_ROW_EXCLUSIVE if new.type == "f" else LockMode.ACCESS_EXCLUSIVE
    relation = relation_name(id.name)
    sentence = f"Making {id.name[2]} reads all of {relation}; nobody reads or writes it meanwhile."
    notes = () if new.type == "f" else (HazardNote(Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK, sentence),)
    return replace(_add(id, id.name[2], new), locks=_locks(id, new, mode, scans=True), hazards=notes)


def _swap(id: ObjectId, old: Constraint, new: Constraint, context: Context) -> Steps:
    table, name = ident(*id.name[:2]), id.name[2]
    coming = helper_name(id.name, Helper.COMING)
    lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
    left = context.live.get(ObjectId(id.kind, (*id.name[:2], coming)))
    leftover = compose("alter table {} drop constraint if exists {}", table, ident(coming))
    leftover_locks = _locks(id, left, LockMode.ACCESS_EXCLUSIVE) if isinstance(left, Constraint) else ()
    drop = compose("alter table {} drop constraint {}", table, ident(name))
    rename = compose("alter table {} rename constraint {} to {}", table, ident(coming), ident(name))
    statements = (
        *([Statement(leftover, locks=leftover_locks, mode=Mode.OWN_TRANSACTION)] if left is not None else ()),
        _add(id, coming, new, valid=not new.enforced, mode=Mode.OWN_TRANSACTION),
        *_proof(id, coming, new),
        Statement(drop, locks=_locks(id, old, LockMode.ACCESS_EXCLUSIVE), mode=Mode.OWN_TRANSACTION),
        Statement(rename, locks=(lock,)),
    )
    return Steps(statements, preconditions(id, new, context))


def _swap_key(id: ObjectId, new: Constraint, context: Context) -> Steps:
    # Its index is built under another name, beside the old one, and takes the constraint's own name with it.
    name, coming = id.name[2], helper_name(id.name, Helper.COMING)
    lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
    drop = compose("alter table {} drop constraint {}", ident(*id.name[:2]), ident(name))
    build = _build(id, coming, new, context)
    swap = (
        Statement(drop, locks=(lock,), mode=Mode.OWN_TRANSACTION),
        replace(_use(id, coming, new), mode=Mode.TRANSACTION),
        *_marks(id, new),
    )
    return Steps((*build, *swap), preconditions(id, new, context))


def _released(id: ObjectId, new: Constraint, context: Context) -> Steps:
    # What it was is the whole's and goes with that: it is added after. A key's index is there all the time.
    build: tuple[Statement, ...] = ()
    add: tuple[Statement, ...] = (_add_reading_all(id, new),)
    if new.type in "pu" and not new.period and not is_partitioned(id, context):
        coming = helper_name(id.name, Helper.COMING)
        build, add = _build(id, coming, new, context), (_use(id, coming, new),)
    elif new.type == "f" and not is_partitioned(id, context):
        add = (_add(id, id.name[2], new, valid=False, mode=Mode.OWN_TRANSACTION), *_proof(id, id.name[2], new))
    ahead = (replace(item, phase=Phase.COPY) for item in build)
    after = (replace(item, phase=Phase.TIDY) for item in (*add, *_marks(id, new), *_comments(id, None, new)))
    return Steps((*ahead, *after), preconditions(id, new, context))


def _add_by_index(id: ObjectId, new: Constraint, context: Context, *, ahead: bool) -> Steps:
    build, use = _build(id, id.name[2], new, context), _use(id, id.name[2], new)
    if is_taken_over(id, context):
        return Steps((replace(use, mode=Mode.TRANSACTION), *_marks(id, new)))
    if ahead:
        build, use = tuple(replace(step, phase=Phase.COPY) for step in build), replace(use, mode=Mode.TRANSACTION)
    return Steps((*build, use, *_marks(id, new)), preconditions(id, new, context))


def _build(id: ObjectId, name: str, new: Constraint, context: Context) -> tuple[Statement, ...]:
    relation = relation_name(id.name)
    nulls = sql.SQL("" if new.nulls_distinct else " nulls not distinct")
    include = compose(" include ({})", idents(new.include)) if new.include else sql.SQL("")
    build = compose(
        "create unique index concurrently {} on {} ({}){}{}{}",
        *(ident(name), ident(*id.name[:2]), idents(new.columns), include, nulls, with_options(new.options)),
    )
    scan = Lock(relation, LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True)
    notes = (
        HazardNote(Hazard.INDEX_BUILD, f"Building the index of {id.name[2]} reads all of {relation} and takes time."),
        HazardNote(Hazard.NON_TRANSACTIONAL, f"A failed build leaves {name} invalid; the next run removes it."),
    )
    return (
        *leftovers(id, context, name),
        Statement(build, locks=(scan,), hazards=notes, mode=Mode.ALONE, find=rows_against(id, new)),
    )


def _use(id: ObjectId, index: str, new: Constraint) -> Statement:
    kind = sql.SQL("primary key" if new.type == "p" else "unique")
    query = compose(
        "alter table {} add constraint {} {} using index {}{}",
        *(ident(*id.name[:2]), ident(id.name[2]), kind, ident(index), deferral(new)),
    )
    lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
    return Statement(query, locks=(lock,), mode=Mode.OWN_TRANSACTION)

"""Columns: type, default, generation, identity."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

import msgspec
from psycopg import sql

from supaschema.archive import columns as archived_columns
from supaschema.archive.columns import Valued
from supaschema.archive.in_use import InUse
from supaschema.core.model import (
    Definition,
    Hazard,
    HazardNote,
    Lock,
    LockMode,
    ObjectId,
    Phase,
    Precondition,
    Statement,
    Steps,
)
from supaschema.core.sqltext import Name, compose, ident, raw_sql, relation_name
from supaschema.core.type_names import canonical_type, qualified
from supaschema.kinds import column_identity as identities
from supaschema.kinds import kept_values
from supaschema.kinds.base import Context, Family, Kind, SqlField, SqlFieldKind
from supaschema.kinds.column_catalog import CATALOG
from supaschema.kinds.column_default import default_clause, drawn_from, set_default, set_default_of_new, uncollated
from supaschema.kinds.column_definition import Column
from supaschema.kinds.column_generated import beneath, set_expression, takes_expression
from supaschema.kinds.column_locks import exclusive, rewriting
from supaschema.kinds.column_options import resolved, set_options
from supaschema.kinds.column_type import is_retyped, retyping, set_type, typed
from supaschema.kinds.column_values import (
    are_kept,
    rows_not_admitted,
    rows_without_value,
    values_not_computed,
    values_not_converted,
    values_too_large,
)
from supaschema.kinds.comments import commented
from supaschema.kinds.keys_on_columns import held_again
from supaschema.kinds.rebuilt_indexes import statistics_again
from supaschema.kinds.referred_types import collations_of, types_of
from supaschema.kinds.renaming import renaming
from supaschema.kinds.rewrites import is_volatile, type_rewrites

__all__ = ["Column", "ColumnKind"]


_MADE_ANEW = ("domain", "composite_type", "composite_attribute", "range_type")
"""Kinds of types that are made anew, or change, only while no column is of them."""


class ColumnKind(Kind[Column]):
    """Columns."""

    name = "column"
    definition = Column
    family = Family.RELATION
    parts = 3
    addressed = True
    query = CATALOG

    def create(self, id: ObjectId, new: Column, context: Context) -> Steps:
        """Add the column; what an earlier drop archived comes back once all columns are added."""
        later = new.existing_rows == "null" and new.default is not None
        first = msgspec.structs.replace(new, default=None) if later else new
        statements = [_add(id, first, context), *identities.closed([(id, new)], context)]
        if later:
            # In the same transaction, so that no row is ever written without the default that new rows shall have.
            statements += set_default_of_new(id, new.default, context)
        statements += self.after_clause(id, new, context).statements
        comes_back = id in context.archived and new.generated is None and new.identity != "always"
        unfit = kept_values.unfit({id.name: new.type}, context) if comes_back else ()
        is_empty = first.default is None and new.generated is None and new.identity is None
        refuses = any(fact.id.kind == "not_null" for fact in context.children.get(id, ()))
        without = [rows_without_value(id, new.type, is_archived=comes_back)] if is_empty and refuses else []
        if new.type in context.checked and not _is_computed(None, new):
            without.append(rows_not_admitted(id, new))
        without += values_not_computed(id, new, refuses=refuses)
        without += held_again(id, context) if id in context.live else ()
        if comes_back:
            statements.append(archived_columns.expect(id.name, null=first.default is None))
        return Steps(tuple(statements), (*without, *unfit))

    def finish(self, context: Context) -> Steps:
        """Put kept values back into the columns that were added, and those that a failed plan did not come to.

        Where a drop was begun and did not come to its end, and its columns are wanted again, its copy ends.
        """
        dropping = {id.name[:2] for id in context.dropped if id.kind == self.name}
        stay = [id.name for id in sorted(context.wanted - context.archived) if id.kind == self.name]
        copied = [name for name in stay if name[:2] not in dropping and kept_values.is_copied(name[:2], context.live)]
        stops = (
            step
            for table, names in kept_values.by_table(copied).items()
            for step in archived_columns.stop(table, names)
        )
        added = {id for id in context.fresh & context.archived if ObjectId("table", id.name[:2]) not in context.fresh}
        unfinished = {id for id in context.returning - context.dropped if id in context.live}
        back = kept_values.restored((id.name for id in added | unfinished if id.kind == self.name), context.live)
        return Steps((*stops, *back), kept_values.unfit_so_far(unfinished, context))

    def clause(self, id: ObjectId, new: Column, context: Context) -> Statement:
        """Return the column as CREATE TABLE takes it."""
        return Statement(_clause(id, new, context))

    def after_clause(self, id: ObjectId, new: Column, context: Context) -> Steps:
        """Set what is no part of a clause, and comment on it."""
        options = set_options(id, Column(type=new.type), new, context.major)
        return Steps((*options, *((_comment_on(id, new.comment),) if new.comment else ())))

    def alter(self, id: ObjectId, old: Column, new: Column, context: Context) -> Steps | None:
        """Change type, identity, default, comment; a generated column is recreated, or recomputed."""
        statements: list[Statement] = []
        if (old.generated, old.virtual) != (new.generated, new.virtual):
            if not takes_expression(old, new, context.major):
                return None
            statements += (set_expression(id, new, context), *statistics_again(id, context))
        statements += identities.before_type(id, old, new)
        as_typed, default = old, old.default
        if is_retyped(old, new):
            if default is not None and (new.using is not None or default != new.default):
                # It need not be a value of the new type, nor become one by itself.
                statements += set_default(id, None, context)
                default = None
            statements += (set_type(id, old, new, context), *statistics_again(id, context))
            as_typed = msgspec.structs.replace(old, storage=None, compression=None)
        statements += identities.before_default(id, old, new)
        if default != new.default:
            statements += set_default(id, new.default, context)
        statements += identities.set_identity(id, old, new)
        if old.identity is None:
            statements += identities.closed([(id, new)], context)
        statements += set_options(id, as_typed, new, context.major)
        if old.comment != new.comment:
            statements.append(_comment_on(id, new.comment))
        return Steps(tuple(statements), tuple(_unfit(id, old, new, context)))

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it; what stands on it follows."""
        query = compose(
            "alter table {} rename column {} to {}", ident(*new.name[:2]), ident(old.name[2]), ident(new.name[2])
        )
        return (Statement(query, locks=(exclusive(new),), hazards=(renaming(f"column {'.'.join(old.name)}"),)),)

    def retyped(self, id: ObjectId, definition: Column, types: Mapping[str, str]) -> Column:
        """Return it with its type, and stored and collated as that is."""
        if id.name[2] not in types:
            return definition
        return msgspec.structs.replace(
            definition, type=types[id.name[2]], collation=None, storage=None, usual_storage=None
        )

    def like(self, old: Column, new: Column) -> bool:
        """Return whether they have one type."""
        return canonical_type(old.type) == canonical_type(new.type) and old.generated is None is new.generated

    def in_use(self, id: ObjectId, old: Column) -> InUse | None:
        """Return its values; what is generated is none of its own."""
        if old.generated is not None:
            return None
        held = compose("{} is distinct from null", ident("row_", id.name[2]))
        consequence = "the archive keeps all of them, and whoever reads or writes the column fails."
        return InUse(f"Column {'.'.join(id.name)}", id.name[:2], "value", consequence, held)

    def drop(self, id: ObjectId, old: Column, context: Context) -> Steps:
        """Drop all columns of the table that the plan drops; values other than the default are archived first."""
        olds = {other: context.live.get(other) for other in context.dropped if other.kind == self.name} | {id: old}
        columns = {
            other.name[2]: column
            for other, column in sorted(olds.items(), key=lambda item: item[0])
            if other.name[:2] == id.name[:2] and isinstance(column, Column)
        }
        if id.name[2] != next(iter(columns)):
            return Steps()
        lost = [name for name, column in columns.items() if column.generated is None]
        # A generated column goes before what it is generated from.
        order = sorted(columns, key=lambda name: columns[name].generated is None)
        actions = sql.SQL(", ").join(compose("drop column {}", ident(name)) for name in order)
        drop = compose("alter table {} {}", ident(*id.name[:2]), actions)
        table = kept_values.keyed(id.name[:2], context.live)
        relation = relation_name(id.name)
        if relation in context.below and relation not in context.partitioned:
            # A key of its own rows does not tell those of what inherits from it apart.
            table = None
        if table is None or not columns.keys().isdisjoint(table.key):
            notes = tuple(_loses_values(id, name) for name in lost)
            return Steps((Statement(drop, locks=(exclusive(id),), hazards=notes),))
        if not lost:
            return Steps((Statement(drop, locks=(exclusive(id),)),))
        unfinished = [other for other in context.returning & context.dropped if other.name[:2] == id.name[:2]]
        first = kept_values.restored((other.name for other in unfinished), context.live)
        kept = [Valued(name, columns[name].type, columns[name].default) for name in lost]
        steps = archived_columns.drop_keeping(table, kept, drop)
        first = tuple(dataclasses.replace(step, phase=Phase.COPY) for step in first)
        unfit = kept_values.unfit_so_far(unfinished, context)
        return Steps((*first, *steps.statements), (*steps.preconditions, *unfit))

    def drop_group(self, id: ObjectId) -> tuple[str, ...]:
        """The columns of one table are dropped by one statement."""
        return id.name[:2]

    def references(self, id: ObjectId, definition: Column) -> tuple[ObjectId, ...]:
        """An identity column admits no NULL as long as it is one; a generated one reads others, words of its text."""
        named = (*types_of(definition.type), *collations_of(definition.collation))
        read = (*named, *beneath(id, definition))
        return (ObjectId("not_null", id.name), *read) if definition.identity is not None else read

    def vacates(self, old: Column, new: Column) -> Name | None:
        """Return the sequence of an identity that becomes one of the column's own."""
        return new.serial.name if old.identity is not None and new.serial is not None else None

    def follows(self, definition: Column) -> tuple[Name, ...]:
        """Return the sequences that its default calls."""
        return drawn_from(definition.default)

    def descends(self, definition: Column, *, partitioned: bool) -> bool:
        """Whatever is done to a column is done to those of the same name below."""
        return True

    def evicts(self, id: ObjectId, old: Column, new: Column) -> bool:
        """A type changes only where no view, policy, trigger or generated column names the column."""
        return is_retyped(old, new)

    def disturbs(self, id: ObjectId, old: Column, new: Column) -> bool:
        """Indexes and constraints are rebuilt with what the column is computed from, foreign keys to it too."""
        return old.generated is not None is not new.generated != old.generated

    def may_rewrite(self, old: Column | None, new: Column) -> bool:
        """A type that changes, and what a new column computes for each row, or checks as a domain may."""
        if old is None and "." in new.type:
            return True
        return (old is not None and self.evicts(ObjectId(self.name, ()), old, new)) or _is_computed(old, new)

    def rewriting(self, id: ObjectId, old: Column, new: Column, *, in_utc: bool) -> sql.Composable | None:
        """Return the change of a type whose name does not say what it is: a domain's, or one that is computed."""
        known = new.using is None and not type_rewrites(old.type, new.type, in_utc=in_utc)
        return None if known or not is_retyped(old, new) else retyping(id, new)

    def retyping(self, id: ObjectId, old: Column, new: Column) -> sql.Composable | None:
        """Return the change of a type."""
        return retyping(id, new) if is_retyped(old, new) else None

    def eased(self, definition: Column, beneath: ObjectId) -> Column | None:
        """A default may call a function or name a type, and goes without it for a moment; its type is there to stay."""
        if definition.default is None or beneath.kind not in ("function", "enum_type", "collation", *_MADE_ANEW):
            return None
        named = definition.collation if beneath.kind == "collation" else qualified(definition.type)
        if beneath.kind in ("collation", *_MADE_ANEW) and named == beneath.name[:2]:
            return None
        return msgspec.structs.replace(definition, default=None)

    def holds_results(self, definition: Column) -> str | None:
        """A stored value was computed when its row was written."""
        stored = definition.generated is not None and not definition.virtual
        return "rows that exist keep the old value until they are written" if stored else None

    def recreatable(self, definition: Column) -> bool:
        """Only what is computed from other columns."""
        return definition.generated is not None

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """A column goes with its table."""
        return (ObjectId("table", id.name[:2]),)

    def spoken_for_with(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """A table that is declared whole is declared with all its columns."""
        return self.parents(id)

    def sql_fields(self, id: ObjectId, definition: Column) -> Mapping[str, SqlField]:
        """The type, and the default or generation expression."""
        relation = (id.name[0], id.name[1])
        sql_fields = {"type": SqlField(SqlFieldKind.TYPE, definition.type)}
        if definition.default is not None:
            default = uncollated(definition.default)
            sql_fields["default"] = SqlField(SqlFieldKind.EXPRESSION, default, type=definition.type)
        if definition.generated is not None:
            sql_fields["generated"] = SqlField(
                SqlFieldKind.EXPRESSION, definition.generated, type=definition.type, relation=relation
            )
        return sql_fields

    def resolve(self, id: ObjectId, declared: Column, live: Column | None, context: Context) -> Column:
        """Return the column with the properties that its declaration leaves as they are."""
        return resolved(declared, live)

    def structure(self, definition: Column) -> Definition:
        """Return all but the texts and hints."""
        return msgspec.structs.replace(
            definition,
            type="",
            default=None if definition.default is None else "",
            generated=None if definition.generated is None else "",
            existing_rows="default",
            using=None,
            usual_storage=None,
            serial=None,
            inherited=False,
        )


def _clause(id: ObjectId, column: Column, context: Context) -> sql.Composed:
    parts: list[sql.Composable] = [ident(id.name[2]), *typed(column)]
    if column.generated is not None:
        how = sql.SQL("virtual" if column.virtual else "stored")
        parts.append(compose("generated always as ({}) {}", raw_sql(column.generated), how))
    if column.identity is not None:
        parts.append(identities.clause(column))
    if column.default is not None:
        parts.append(default_clause(column.default))
    parts += [clause.query for clause in context.clauses.get(id, ())]
    return sql.SQL(" ").join(parts)


def _unfit(id: ObjectId, old: Column, new: Column, context: Context) -> Iterator[Precondition]:
    yield from values_too_large(id, old.type, new.type)
    if old.generated != new.generated:
        yield from values_not_computed(id, new, refuses=ObjectId("not_null", id.name) in context.live)
    elif not is_retyped(old, new) or are_kept(old, new):
        return
    yield from values_not_converted(id, new)
    yield from held_again(id, context)


def _is_computed(old: Column | None, new: Column) -> bool:
    if old is not None and (old.generated, old.virtual) == (new.generated, new.virtual):
        return False
    volatile = new.default is not None and new.existing_rows != "null" and is_volatile(new.default)
    return (new.generated is not None and not new.virtual) or new.identity is not None or volatile


def _add(id: ObjectId, column: Column, context: Context) -> Statement:
    query = compose("alter table {} add column {}", ident(*id.name[:2]), _clause(id, column, context))
    is_checked = column.type in context.checked
    if not _is_computed(None, column) and not is_checked:
        # What a default computes is computed for rows that exist too, if once for all of them.
        return Statement(query, locks=(exclusive(id),), computes="(" in (column.default or ""))
    does = "checks" if is_checked else "computes"
    instead = "" if is_checked or column.default is None else _IN_BATCHES
    note = HazardNote(
        Hazard.REWRITES_TABLE,
        f"Adding {id.name[2]} {does} a value for each row and rewrites {relation_name(id.name)}; nobody reads or "
        f"writes it meanwhile.{instead}",
    )
    is_occupied = ObjectId("table", id.name[:2]) in context.occupied
    return Statement(query, locks=(rewriting(id),), hazards=(note,) if is_occupied else (), computes=True)


_IN_BATCHES = ' existingRows "null" and a Backfill write the values in batches instead.'


def _loses_values(id: ObjectId, column: str) -> HazardNote:
    return HazardNote(
        Hazard.DELETES_DATA,
        f"{relation_name(id.name)} has no primary key of all its rows to keep values by: those of {column} are lost.",
    )


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    lock = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE, alone=True)
    return commented(compose("column {}", ident(*id.name)), comment, lock)

"""Enum types: labels are added and renamed in place; where one goes or moves, the type is made anew."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from psycopg import sql

from supaschema.core.errors import DependencyError
from supaschema.core.model import Definition, Hazard, HazardNote, Mode, ObjectId, Phase, Statement, Steps
from supaschema.core.sqltext import compose, ident, literal, relation_name
from supaschema.kinds import enum_remade
from supaschema.kinds.base import Context, Family, Kind
from supaschema.kinds.column_definition import Column
from supaschema.kinds.comments import commented
from supaschema.kinds.constants import Constants
from supaschema.kinds.enum_definition import EnumType, in_place, renamed, way_back
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.renaming import relation_named, renamed_and_moved, renaming

__all__ = ["EnumType", "EnumTypeKind"]

_OWN = ("enum_type", "type_grants")
"""Kinds of what names no label."""


class EnumTypeKind(Kind[EnumType]):
    """Enum types, named `(schema, type)`."""

    name = "enum_type"
    definition = EnumType
    family = Family.TYPE
    addressed = True
    has_constants = True
    query = """
        select array[n.nspname, t.typname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'labels', coalesce((
                    select pg_catalog.jsonb_agg(e.enumlabel order by e.enumsortorder)
                      from pg_catalog.pg_enum e where e.enumtypid = t.oid), '[]'),
                 'owner', pg_catalog.pg_get_userbyid(t.typowner),
                 'comment', pg_catalog.obj_description(t.oid, 'pg_type'))),
               'pg_catalog.pg_type'::regclass::oid, t.oid, 0
          from pg_catalog.pg_type t
          join pg_catalog.pg_namespace n on n.oid = t.typnamespace
         where t.typtype = 'e' and {scope}
    """

    def create(self, id: ObjectId, new: EnumType, context: Context) -> Steps:
        """Create it; where it is made anew, with the columns that are of it."""
        old = context.live.get(id)
        again = enum_remade.taken_along(id, old, new, context) if isinstance(old, EnumType) else Steps()
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        given = _given(id, None, new, context)
        return Steps((Statement(_make(id, new)), *again.statements, *comment, *given), again.preconditions)

    def alter(self, id: ObjectId, old: EnumType, new: EnumType, context: Context) -> Steps | None:
        """Rename labels and add others in place; None where one goes, or they are ordered anew."""
        names = renamed(old, new)
        labels = in_place(old, new)
        if labels is None:
            if names:
                raise _two_at_once(id)
            return None
        said_before = {step.former for step in context.labels.get(id, ())}
        statements = [_rename_label(id, *pair, is_back=pair[1] in said_before) for pair in names.items()]
        # What is added can be used only once that is committed (PostgreSQL documentation, "ALTER TYPE").
        used = any(other.kind not in _OWN and wanted is not None for other, wanted in context.becoming.items())
        mode = Mode.ALONE if used else Mode.TRANSACTION
        statements += [
            Statement(query, mode=mode, phase=Phase.COPY if used else None) for query in _added(id, labels, new.labels)
        ]
        if old.comment != new.comment:
            statements.append(_comment_on(id, new.comment))
        return Steps((*statements, *_given(id, old, new, context)))

    def drop(self, id: ObjectId, old: EnumType, context: Context) -> Steps:
        """Drop it; the server refuses while a column or a function is of it. It is set apart to be made anew."""
        if id in context.fresh:
            return Steps((enum_remade.set_apart(id),))
        return Steps((Statement(compose("drop type {}", ident(*id.name))),))

    def constants(self, old: EnumType, new: EnumType) -> Constants:
        """Return the labels that have another name, and those that go."""
        names = renamed(old, new)
        return Constants(
            {later: former for former, later in names.items()}, frozenset(old.labels) - {*new.labels, *names}
        )

    def carries(self, id: ObjectId, above: ObjectId, definition: Definition) -> bool:
        """A column of it, or of an array of it, gets the new type, which has the name of the old one."""
        return (
            isinstance(definition, Column) and definition.generated is None and enum_remade.is_of(definition.type, id)
        )

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, and move it to its schema."""
        note = renaming(f"type {relation_name(old.name)}")
        return tuple(Statement(query, hazards=(note,)) for query in renamed_and_moved("type", old, new))

    def taken(self, id: ObjectId, definition: EnumType) -> sql.Composable:
        """Return the query for the relation or type of its name."""
        return relation_named(*id.name)

    def like(self, old: EnumType, new: EnumType) -> bool:
        """Return whether they have the same labels."""
        return old.labels == new.labels

    def dry_run(self, id: ObjectId, definition: EnumType) -> tuple[sql.Composable, ...]:
        """The same type in the session's own schema."""
        return (_make(ObjectId(self.name, ("pg_temp", "supaschema_trial")), definition),)

    def structure(self, definition: EnumType) -> Definition:
        """Return it without what its labels were before."""
        return msgspec.structs.replace(definition, renamed_labels=())

    def resolve(self, id: ObjectId, declared: EnumType, live: EnumType | None, context: Context) -> EnumType:
        """Keep the owner that the declaration says nothing of; labels that it has again are renamed back."""
        if live is None:
            return declared
        again = way_back(declared, live, context.labels.get(id, ()))
        return again if again.owner is not None else msgspec.structs.replace(again, owner=live.owner)


def _two_at_once(id: ObjectId) -> DependencyError:
    return DependencyError(
        "one label has another name, and others go or are ordered anew.",
        where=str(id),
        remedy="Nothing was changed. Deploy the renames first, and the rest after that.",
    )


def _added(id: ObjectId, labels: tuple[str, ...], wanted: tuple[str, ...]) -> Iterator[sql.Composed]:
    there = list(labels)
    for place, label in enumerate(wanted):
        if label in labels:
            continue
        query = compose("alter type {} add value {}", ident(*id.name), literal(label))
        if place < len(there):
            query += compose(" before {}", literal(there[place]))
        there.insert(place, label)
        yield query


def _rename_label(id: ObjectId, old: str, new: str, *, is_back: bool) -> Statement:
    query = compose("alter type {} rename value {} to {}", ident(*id.name), literal(old), literal(new))
    again = f"; it is called '{new}' again, as it was by the ledger" if is_back else ""
    what = f"Functions and programs that say '{old}' for a value of {relation_name(id.name)} fail from then on{again}."
    # Before all that says the new one, and before one is added beside it.
    hazards = (HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what),)
    return Statement(query, hazards=hazards, phase=Phase.COPY, relabels=((id, old, new),))


def _make(id: ObjectId, new: EnumType) -> sql.Composed:
    labels = sql.SQL(", ").join(map(literal, new.labels))
    return compose("create type {} as enum ({})", ident(*id.name), labels)


def _given(id: ObjectId, old: EnumType | None, new: EnumType, context: Context) -> Iterator[Statement]:
    return given_to_owner(compose("type {}", ident(*id.name)), old.owner if old else None, new.owner, context)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("type {}", ident(*id.name)), comment)

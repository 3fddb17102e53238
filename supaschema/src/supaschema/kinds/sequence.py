"""Sequences: free ones, and those that a column owns and its default calls. An identity's is a part of its column."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import msgspec
from psycopg import sql

from supaschema.archive import sequences as archive
from supaschema.archive.in_use import InUse
from supaschema.core.model import (
    Definition,
    Desired,
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
from supaschema.core.sqltext import compose, ident, literal, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind
from supaschema.kinds.column_definition import Column
from supaschema.kinds.column_options import largest
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.renaming import relation_named, renamed_and_moved, renaming
from supaschema.kinds.sequence_definition import CATALOG, Sequence, resolved, usual

__all__ = ["Sequence", "SequenceKind"]

_OPTIONS = {
    "type": "as",
    "increment": "increment by",
    "minimum": "minvalue",
    "maximum": "maxvalue",
    "start": "start with",
    "cache": "cache",
    "cycle": "cycle",
}
"""What one statement sets together, with the word for it: the server looks at all of them as they are to be."""


class SequenceKind(Kind[Sequence]):
    """Sequences, named `(schema, sequence)`."""

    name = "sequence"
    definition = Sequence
    family = Family.RELATION
    addressed = True
    rebuilt_by_server = True
    query = CATALOG

    def create(self, id: ObjectId, new: Sequence, context: Context) -> Steps:
        """Create it, with the value that an earlier drop archived; it is given to its column once that is there."""
        if _passes(id, new, serial=context.becoming, identity=context.live):
            # Of an identity that becomes a column with a default the sequence goes on from where that is.
            return Steps(tuple(_comment(id, None, new)))
        unlogged = sql.SQL("unlogged " if new.unlogged else "")
        words = sql.SQL("").join(compose(" {}", clause) for clause in _clauses(None, new))
        statements = [Statement(compose("create {}sequence {}{}", unlogged, ident(*id.name), words))]
        unfit: tuple[Precondition, ...] = ()
        if archive.value_of(id.name) in context.archived:
            statements += archive.restore(id.name)
            unfit = (archive.unfit(id.name, *_limits(new)),)
        unfit += tuple(_owned_by_another(id, Sequence(), new, context))
        statements += (*_owned(id, Sequence(), new, context), *_comment(id, None, new))
        return Steps((*statements, *_given(id, None, new, context)), unfit)

    def alter(self, id: ObjectId, old: Sequence, new: Sequence, context: Context) -> Steps:
        """Change its options in one statement, its value kept; and whose it is."""
        statements: list[Statement] = []
        clauses = _clauses(old, new)
        if clauses:
            statements += _restarted(id, old, new)
            statements.append(_alter(id, sql.SQL(" ").join(clauses), LockMode.SHARE_ROW_EXCLUSIVE))
        if old.unlogged != new.unlogged:
            logging = sql.SQL("set unlogged" if new.unlogged else "set logged")
            statements.append(_alter(id, logging, LockMode.ACCESS_EXCLUSIVE))
        statements += (*_owned(id, old, new, context), *_comment(id, old, new), *_given(id, old, new, context))
        unfit = (_value_outside(id, old, new),) if _limits(old) != _limits(new) else ()
        return Steps(tuple(statements), (*unfit, *_owned_by_another(id, old, new, context)))

    def drop(self, id: ObjectId, old: Sequence, context: Context) -> Steps:
        """Drop it and archive its value; it goes with the column that owns it, where that goes."""
        if _passes(id, old, serial=context.live, identity=context.becoming):
            # A column that becomes an identity takes the place of its own sequence.
            return Steps()
        kept = archive.keep(id.name, old.increment or 1)
        if old.owned_by and context.becoming.get(ObjectId("column", old.owned_by), old) is None:
            # With rows its table goes to the archive, and takes it along.
            is_moved = ObjectId("table", old.owned_by[:2]) in context.occupied.intersection(context.dropped)
            return Steps(() if is_moved else tuple(dataclasses.replace(item, phase=Phase.COPY) for item in kept))
        note = HazardNote(
            Hazard.HAS_UNTRACKABLE_DEPENDENCIES,
            f"Functions and programs that draw values from {relation_name(id.name)} fail from then on.",
        )
        drop = Statement(
            compose("drop sequence {}", ident(*id.name)), locks=(_lock(id, LockMode.ACCESS_EXCLUSIVE),), hazards=(note,)
        )
        return Steps((*kept, drop))

    def in_use(self, id: ObjectId, old: Sequence) -> InUse:
        """Return its value, where one was drawn."""
        consequence = "the archive keeps it, and whoever draws from it fails."
        return InUse(f"Sequence {relation_name(id.name)}", id.name, "value", consequence, ident("row_", "is_called"))

    def goes_with(self, definition: Sequence) -> tuple[ObjectId, ...]:
        """Return the column that owns it."""
        return (ObjectId("column", definition.owned_by),) if definition.owned_by else ()

    def recreatable(self, definition: Sequence) -> bool:
        """It holds a value."""
        return False

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, and move it to its schema."""
        note = renaming(f"sequence {relation_name(old.name)}")
        queries = renamed_and_moved("sequence", old, new)
        lock = _lock(old, LockMode.ACCESS_EXCLUSIVE)
        return tuple(Statement(query, locks=(lock,), hazards=(note,)) for query in queries)

    def renamed(self, definition: Sequence, old: ObjectId, new: ObjectId) -> Sequence:
        """Return it with the column that owns it as that is called then."""
        column = definition.owned_by
        if not column or column[: len(old.name)] != old.name or old.kind not in ("schema", "table", "column"):
            return definition
        return msgspec.structs.replace(definition, owned_by=(*new.name, *column[len(old.name) :]))

    def taken(self, id: ObjectId, definition: Sequence) -> sql.Composable:
        """Return the query for the relation or type of its name."""
        return relation_named(*id.name[:2])

    def like(self, old: Sequence, new: Sequence) -> bool:
        """Return whether they count alike."""
        return all(getattr(old, name) == getattr(new, name) for name in ("type", "increment", "start"))

    def needs(self, id: ObjectId, definition: Sequence) -> tuple[tuple[str, ...], ...]:
        """Return the table of the column that owns it."""
        return (definition.owned_by[:2],) if definition.owned_by else ()

    def dry_run(self, id: ObjectId, definition: Sequence) -> tuple[sql.Composable, ...]:
        """A sequence of the same options in the session's own schema."""
        words = sql.SQL("").join(compose(" {}", clause) for clause in _clauses(None, definition))
        return (compose("create temporary sequence supaschema_trial{}", words),)

    def resolve(self, id: ObjectId, declared: Sequence, live: Sequence | None, context: Context) -> Sequence:
        """Keep what the declaration says nothing of."""
        return resolved(declared, live)

    def structure(self, definition: Sequence) -> Definition:
        """Return it without its owner where a column owns it: it is that of the table."""
        return msgspec.structs.replace(definition, owner=None) if definition.owned_by else definition


def _passes(id: ObjectId, definition: Sequence, serial: Desired, identity: Desired) -> bool:
    """Return whether its column has it as a sequence of its own in some facts, and is an identity in others."""
    drawing, counting = _column(definition, serial), _column(definition, identity)
    if drawing is None or drawing.serial is None or counting is None or counting.identity is None:
        return False
    return drawing.serial.name == id.name


def _column(definition: Sequence, facts: Desired) -> Column | None:
    owner = facts.get(ObjectId("column", definition.owned_by or ()))
    return owner if isinstance(owner, Column) else None


def _clauses(old: Sequence | None, new: Sequence) -> list[sql.Composed]:
    """Return what says the options of a sequence: of a new one those that the server would take otherwise."""
    before = old if old is not None else resolved(Sequence(), None)
    if old is None:
        least, most = usual(new.type or "bigint", new.increment or 1)
        first = new.minimum if (new.increment or 1) > 0 else new.maximum
        before = msgspec.structs.replace(before, minimum=least, maximum=most, start=first)
    changed = [name for name in _OPTIONS if getattr(before, name) != getattr(new, name)]
    if old is not None and "type" in changed:
        # With the type the server sets limits anew that were those of the former one.
        changed = [name for name in _OPTIONS if name in {*changed, "minimum", "maximum"}]
    return [_clause(name, new) for name in changed]


def _clause(name: str, new: Sequence) -> sql.Composed:
    value = getattr(new, name)
    if name == "type":
        return compose("as {}", raw_sql(value))
    if name == "cycle":
        return compose("cycle" if value else "no cycle")
    return compose("{} {}", raw_sql(_OPTIONS[name]), literal(value))


def _limits(definition: Sequence) -> tuple[int, int]:
    least, most = usual(definition.type or "bigint", definition.increment or 1)
    return (
        least if definition.minimum is None else definition.minimum,
        most if definition.maximum is None else definition.maximum,
    )


def _value_outside(id: ObjectId, old: Sequence, new: Sequence) -> Precondition:
    least, most = _limits(new)
    find = compose(
        "select last_value from {} where last_value not between {} and {} and (is_called or last_value <> {})",
        ident(*id.name),
        literal(least),
        literal(most),
        literal(_first(old)),
    )
    reason = f"value of {relation_name(id.name)}, from which it goes on, is outside of {least} to {most}"
    return Precondition(reason, find, shows_rows=True)


def _restarted(id: ObjectId, old: Sequence, new: Sequence) -> Iterator[Statement]:
    """Yield what gives a sequence its new first value where nobody has drawn one, and the limits forbid the former."""
    former, first = _first(old), _first(new)
    least, most = _limits(new)
    if least <= former <= most or not least <= first <= most:
        return
    # The server admits no value outside of the limits: meanwhile both first ones lie within them.
    floor, ceiling = _limits(old)
    clauses = [compose("minvalue {} maxvalue {}", literal(min(floor, first)), literal(max(ceiling, first)))]
    if largest(new.type or "bigint") > largest(old.type or "bigint"):
        clauses.insert(0, _clause("type", new))
    yield _alter(id, sql.SQL(" ").join(clauses), LockMode.SHARE_ROW_EXCLUSIVE)
    restart = compose(
        "select pg_catalog.setval({}, {}, false) from {} where not is_called and last_value = {}",
        literal(ident(*id.name).as_string()),
        literal(first),
        ident(*id.name),
        literal(former),
    )
    yield Statement(restart, locks=(_lock(id, LockMode.ROW_EXCLUSIVE),))


def _first(definition: Sequence) -> int:
    if definition.start is not None:
        return definition.start
    least, most = _limits(definition)
    return least if (definition.increment or 1) > 0 else most


def _owned(id: ObjectId, old: Sequence, new: Sequence, context: Context) -> Iterator[Statement]:
    if (old.owned_by or ()) == (new.owned_by or ()):
        return
    if not new.owned_by:
        yield _alter(id, sql.SQL("owned by none"), LockMode.SHARE_ROW_EXCLUSIVE)
        return
    # The server wants both to be one role's (PostgreSQL documentation, CREATE SEQUENCE).
    made = ObjectId("table", new.owned_by[:2]) in context.fresh
    if not made and new.owner is not None and new.owner != (old.owner or context.user):
        yield _alter(id, compose("owner to {}", ident(new.owner)), LockMode.ACCESS_EXCLUSIVE)
    owned = _alter(id, compose("owned by {}", ident(*new.owned_by)), LockMode.SHARE_ROW_EXCLUSIVE)
    yield dataclasses.replace(owned, phase=Phase.REFERENCES)


def _owned_by_another(id: ObjectId, old: Sequence, new: Sequence, context: Context) -> Iterator[Precondition]:
    """Yield what finds that the table of a sequence's new column is another role's than the sequence will be."""
    if (old.owned_by or ()) == (new.owned_by or ()) or not new.owned_by:
        return
    if ObjectId("table", new.owned_by[:2]) in context.fresh:
        return
    find = compose(
        "select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c "
        "join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = {} and c.relname = {} and pg_catalog.pg_get_userbyid(c.relowner) <> {}",
        *map(literal, new.owned_by[:2]),
        sql.SQL("current_user") if new.owner is None else literal(new.owner),
    )
    what = f"role owns {relation_name(new.owned_by)}, and another one {relation_name(id.name)}, which is to go with it"
    yield Precondition(what, find, shows_rows=True)


def _given(id: ObjectId, old: Sequence | None, new: Sequence, context: Context) -> Iterator[Statement]:
    # Whom a column's sequence belongs to its table decides.
    if not new.owned_by:
        target = compose("sequence {}", ident(*id.name))
        locks = (_lock(id, LockMode.ACCESS_EXCLUSIVE),)
        yield from given_to_owner(target, old.owner if old else None, new.owner, context, locks=locks)


def _comment(id: ObjectId, old: Sequence | None, new: Sequence) -> Iterator[Statement]:
    if (old.comment if old else None) != new.comment:
        value = literal(new.comment) if new.comment else sql.SQL("null")
        query = compose("comment on sequence {} is {}", ident(*id.name), value)
        yield Statement(query, locks=(_lock(id, LockMode.SHARE_UPDATE_EXCLUSIVE),))


def _alter(id: ObjectId, words: sql.Composable, mode: LockMode) -> Statement:
    return Statement(compose("alter sequence {} {}", ident(*id.name), words), locks=(_lock(id, mode),))


def _lock(id: ObjectId, mode: LockMode) -> Lock:
    return Lock(relation_name(id.name), mode)

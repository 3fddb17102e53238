"""Aggregates: the functions that they call, and the states between. Who may call one is another fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import LiteralString

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, literal
from supaschema.core.type_names import argument_type, qualified
from supaschema.kinds.aggregate_definition import Aggregate, making, reference
from supaschema.kinds.base import Context, Family, Kind, SqlField, SqlFieldKind
from supaschema.kinds.comments import commented
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.referred_types import types_of
from supaschema.kinds.renaming import renamed_and_moved, renaming, routine_named

__all__ = ["Aggregate", "AggregateKind"]


def _named(column: LiteralString) -> LiteralString:
    """Return the query for schema and name of the function that a column of pg_aggregate names; none: NULL."""
    return f"""(
                    select x.nspname || '.' || f.proname
                      from pg_catalog.pg_proc f join pg_catalog.pg_namespace x on x.oid = f.pronamespace
                     where f.oid = a.{column})"""


class AggregateKind(Kind[Aggregate]):
    """Aggregates, named `(schema, aggregate, argument types)`, direct ones first."""

    name = "aggregate"
    definition = Aggregate
    family = Family.ROUTINE
    parts = 3
    addressed = True
    query = (
        """
        select array[n.nspname, p.proname, pg_catalog.array_to_string(array(
                 select pg_catalog.format_type(u.type, null)
                   from unnest(p.proargtypes) with ordinality u(type, place)
                  order by u.place), ', ')]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'arguments', (
                    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                             'name', coalesce(p.proargnames[u.place], ''),
                             'type', case p.proargmodes[u.place] when 'v' then 'variadic ' else '' end
                                || pg_catalog.format_type(u.type, null)) order by u.place)
                      from unnest(p.proargtypes) with ordinality u(type, place)),
                 'direct', case when a.aggkind <> 'n' then a.aggnumdirectargs end,
                 'hypothetical', a.aggkind = 'h',
                 'sfunc', """
        + _named("aggtransfn")
        + """,
                 'stype', pg_catalog.format_type(a.aggtranstype, null),
                 'sspace', a.aggtransspace,
                 'initcond', a.agginitval,
                 'finalfunc', """
        + _named("aggfinalfn")
        + """,
                 'finalfunc_extra', a.aggfinalextra,
                 'finalfunc_modify', case a.aggfinalmodify when 'r' then 'read_only' when 's' then 'shareable'
                    else 'read_write' end,
                 'combinefunc', """
        + _named("aggcombinefn")
        + """,
                 'serialfunc', """
        + _named("aggserialfn")
        + """,
                 'deserialfunc', """
        + _named("aggdeserialfn")
        + """))
               || case when a.aggmtransfn = 0 then '{{}}'::jsonb else
                 pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'msfunc', """
        + _named("aggmtransfn")
        + """,
                 'minvfunc', """
        + _named("aggminvtransfn")
        + """,
                 'mstype', pg_catalog.format_type(a.aggmtranstype, null),
                 'msspace', a.aggmtransspace,
                 'mfinalfunc', """
        + _named("aggmfinalfn")
        + """,
                 'mfinalfunc_extra', a.aggmfinalextra,
                 'mfinalfunc_modify', case a.aggmfinalmodify when 'r' then 'read_only' when 's' then 'shareable'
                    else 'read_write' end,
                 'minitcond', a.aggminitval)) end
               || pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'sortop', (
                    select x.nspname || '.' || o.oprname
                      from pg_catalog.pg_operator o join pg_catalog.pg_namespace x on x.oid = o.oprnamespace
                     where o.oid = a.aggsortop),
                 'parallel', case p.proparallel when 'u' then 'unsafe' when 'r' then 'restricted' else 'safe' end,
                 'owner', pg_catalog.pg_get_userbyid(p.proowner),
                 'comment', pg_catalog.obj_description(p.oid, 'pg_proc'))),
               'pg_catalog.pg_proc'::regclass::oid, p.oid, 0
          from pg_catalog.pg_proc p
          join pg_catalog.pg_namespace n on n.oid = p.pronamespace
          join pg_catalog.pg_aggregate a on a.aggfnoid = p.oid
         where p.prokind = 'a' and {scope}
    """
    )

    def create(self, id: ObjectId, new: Aggregate, context: Context) -> Steps:
        """Create it. Its default EXECUTE for PUBLIC goes in the same transaction, by its grants."""
        comment = (commented(_target(id, new), new.comment),) if new.comment else ()
        return Steps((Statement(making(id, new, replace=False)), *comment, *_given(id, None, new, context)))

    def alter(self, id: ObjectId, old: Aggregate, new: Aggregate, context: Context) -> Steps | None:
        """Replace it in place; None where its result may be of another type, or the server refuses other names."""
        if not _replaceable(old, new):
            return None
        same = _made(old) == _made(new)
        statements = () if same else (Statement(making(id, new, replace=True)),)
        comment = (commented(_target(id, new), new.comment),) if old.comment != new.comment else ()
        return Steps((*statements, *comment, *_given(id, old, new, context)))

    def drop(self, id: ObjectId, old: Aggregate, context: Context) -> Steps:
        """Drop it; the server refuses while views or functions use it."""
        again = "as before" if id in context.fresh else "at all"
        what = f"Programs that call {_name(id)} cannot call it {again} from then on."
        note = HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what)
        return Steps((Statement(compose("drop {}", _target(id, old)), hazards=(note,)),))

    def gives_otherwise(self, old: Aggregate, new: Aggregate) -> bool:
        """Where it calls other functions, or begins with another state."""
        return old.functions != new.functions or old.stype != new.stype or old.initcond != new.initcond

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, and move it to its schema; its arguments stay."""
        note = renaming(f"aggregate {_name(old)}")
        # By this word the types of its arguments are enough, however they are given.
        return tuple(Statement(query, hazards=(note,)) for query in renamed_and_moved("routine", old, new, old.name[2]))

    def taken(self, id: ObjectId, definition: Aggregate) -> sql.Composable:
        """Return the query for the routine of its name and arguments."""
        return routine_named(*id.name)

    def like(self, old: Aggregate, new: Aggregate) -> bool:
        """Return whether they do the same."""
        return old.functions == new.functions and len(old.arguments) == len(new.arguments)

    def succeeds(self, id: ObjectId, new: Definition, former: ObjectId, old: Aggregate) -> bool:
        """A call says a name: it finds an aggregate of other arguments too."""
        return id.kind == self.name and id.name[:2] == former.name[:2]

    def dry_run(self, id: ObjectId, definition: Aggregate) -> tuple[sql.Composable, ...]:
        """The same aggregate in the session's own schema."""
        return (making(ObjectId(self.name, ("pg_temp", "supaschema_trial")), definition, replace=False),)

    def references(self, id: ObjectId, definition: Aggregate) -> tuple[ObjectId, ...]:
        """Return the types of what it takes and of its states, and the functions of just these types."""
        types = (*(it.type for it in definition.arguments), definition.stype, definition.mstype or "")
        return (*types_of(*map(argument_type, types)), *_functions(definition))

    def stands_on(self, id: ObjectId, definition: Aggregate) -> tuple[tuple[str, ...], ...]:
        """Return it with its schema, and what it calls with theirs: that runs as whoever calls it."""
        names = [("routine", *it.split(".", 1)) for it in definition.functions]
        if definition.sortop is not None:
            names.append(("operator", *definition.sortop.split(".", 1)))
        schemas = (("schema", name[1]) for name in names)
        return tuple(dict.fromkeys((*super().stands_on(id, definition), *schemas, *names)))

    def sql_fields(self, id: ObjectId, definition: Aggregate) -> Mapping[str, SqlField]:
        """First states of types of the database's own: the server has those read one."""
        firsts = {"initcond": definition.stype, "minitcond": definition.mstype}
        return {
            name: SqlField(SqlFieldKind.EXPRESSION, literal(getattr(definition, name)).as_string(), type=type)
            for name, type in firsts.items()
            if type is not None and getattr(definition, name) is not None and qualified(type) is not None
        }

    def structure(self, definition: Aggregate) -> Definition:
        """Return all but those first states."""
        names = self.sql_fields(ObjectId(self.name, ()), definition)
        return msgspec.structs.replace(definition, **dict.fromkeys(names, ""))

    def resolve(self, id: ObjectId, declared: Aggregate, live: Aggregate | None, context: Context) -> Aggregate:
        """Keep the owner that the declaration says nothing of."""
        if live is None or declared.owner is not None:
            return declared
        return msgspec.structs.replace(declared, owner=live.owner)


def _replaceable(old: Aggregate, new: Aggregate) -> bool:
    # What the result is of, the state and the final function tell: another one may give another type.
    kept = ("direct", "hypothetical", "stype", "finalfunc", "finalfunc_extra")
    if any(getattr(old, name) != getattr(new, name) for name in kept) or len(old.arguments) != len(new.arguments):
        return False
    pairs = zip(old.arguments, new.arguments, strict=True)
    return all(before.type == after.type and before.name in ("", after.name) for before, after in pairs)


def _made(definition: Aggregate) -> Aggregate:
    return msgspec.structs.replace(definition, owner=None, comment=None)


def _functions(of: Aggregate) -> Iterator[ObjectId]:
    # By the types as they are declared: one that takes others, which these become by themselves, is found by its name.
    given = [argument_type(it.type) for it in of.arguments]
    rows = given if of.direct is None else given[of.direct :]
    directs = [] if of.direct is None else given[: of.direct]
    for function, state, final, is_extra in (
        (of.sfunc, of.stype, of.finalfunc, of.finalfunc_extra),
        (of.msfunc, of.mstype, of.mfinalfunc, of.mfinalfunc_extra),
    ):
        if function is not None and state is not None:
            yield _function(function, state, *rows)
        if final is not None and state is not None:
            yield _function(final, state, *(given if is_extra else directs))
    if of.minvfunc is not None and of.mstype is not None:
        yield _function(of.minvfunc, of.mstype, *rows)
    if of.combinefunc is not None:
        yield _function(of.combinefunc, of.stype, of.stype)
    if of.serialfunc is not None and of.deserialfunc is not None:
        yield _function(of.serialfunc, "internal")
        yield _function(of.deserialfunc, "bytea", "internal")


def _function(name: str, *types: str) -> ObjectId:
    return ObjectId("function", (*name.split(".", 1), ", ".join(types)))


def _given(id: ObjectId, old: Aggregate | None, new: Aggregate, context: Context) -> Iterator[Statement]:
    return given_to_owner(_target(id, new), old.owner if old else None, new.owner, context)


def _target(id: ObjectId, definition: Aggregate) -> sql.Composed:
    return compose("aggregate {}", reference(id, definition))


def _name(id: ObjectId) -> str:
    return ".".join(id.name[:2])

"""Functions: signature, body, and how they run. Who may call them is another fact (`function_grants`)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import ClassVar, LiteralString

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, ObjectId, Statement, Steps
from supaschema.core.renames import spelled
from supaschema.core.sqltext import compose, ident, raw_sql
from supaschema.core.type_names import argument_type, canonical_result, is_given
from supaschema.kinds.base import Context, Family, Kind, Spellings, SqlField, SqlFieldKind
from supaschema.kinds.comments import commented
from supaschema.kinds.function_definition import PLANNING, Argument, Function
from supaschema.kinds.function_path import found_by_path, looked_up_in
from supaschema.kinds.function_text import gives_set, making, signature
from supaschema.kinds.grants_definition import Grants
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.referred_types import types_of
from supaschema.kinds.renaming import renamed_and_moved, renaming, routine_named
from supaschema.supabase.roles import PUBLIC

__all__ = ["Argument", "Function", "FunctionKind"]

_HEAD = re.compile(
    r'^(CREATE OR REPLACE (?:FUNCTION|PROCEDURE) )(?:"(?:[^"]|"")*"|[^\s".(])+\.(?:"(?:[^"]|"")*"|[^\s"(])+\('
)
"""How the server's text of a routine begins: with its name."""


# Cost and rows may be infinite, which is no number in JSON. A procedure has no result.
READ: LiteralString = """
        select array[n.nspname, p.proname, pg_catalog.array_to_string(array(
                 select pg_catalog.format_type(u.type, null)
                   from unnest(p.proargtypes) with ordinality u(type, place)
                  order by u.place), ', ')]::text[],
               jsonb_strip_nulls(jsonb_build_object(
                 'arguments', (
                    select jsonb_agg(jsonb_build_object(
                             'name', coalesce(p.proargnames[u.place], ''),
                             'type', case p.proargmodes[u.place] when 'v' then 'variadic ' when 'b' then 'inout '
                                when 'o' then 'out ' else '' end || pg_catalog.format_type(u.type, null),
                             'default', pg_catalog.pg_get_function_arg_default(p.oid, u.place::integer))
                             order by u.place)
                      from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
                           with ordinality u(type, place)
                     where coalesce(p.proargmodes[u.place], 'i') in ('i', 'b', 'o', 'v')),
                 'returns', coalesce(pg_catalog.pg_get_function_result(p.oid), ''),
                 'language', l.lanname,
                 'body', coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc),
                 'volatility', case p.provolatile when 'v' then 'volatile' when 's' then 'stable'
                    else 'immutable' end,
                 'strict', p.proisstrict,
                 'security_definer', p.prosecdef,
                 'parallel', case p.proparallel when 'u' then 'unsafe' when 'r' then 'restricted' else 'safe' end,
                 'leakproof', p.proleakproof,
                 'cost', least(p.procost, 3e38::real),
                 'rows', least(p.prorows, 3e38::real),
                 'support', coalesce((
                    select sn.nspname || '.' || s.proname
                      from pg_catalog.pg_proc s
                      join pg_catalog.pg_namespace sn on sn.oid = s.pronamespace
                     where s.oid = p.prosupport), ''),
                 'owner', pg_catalog.pg_get_userbyid(p.proowner),
                 'settings', (
                    select jsonb_object_agg(lower(split_part(s, '=', 1)), substr(s, strpos(s, '=') + 1))
                      from unnest(p.proconfig) s),
                 'comment', pg_catalog.obj_description(p.oid, 'pg_proc'),
                 'signature', '(' || pg_catalog.pg_get_function_arguments(p.oid) || ')'
                    || coalesce(' returns ' || pg_catalog.pg_get_function_result(p.oid), ''),
                 'text', pg_catalog.pg_get_functiondef(p.oid))),
               'pg_catalog.pg_proc'::regclass::oid, p.oid, 0
          from pg_catalog.pg_proc p
          join pg_catalog.pg_namespace n on n.oid = p.pronamespace
          join pg_catalog.pg_language l on l.oid = p.prolang
         where p.prokind = """
"""The query for functions or procedures, up to which of them."""


class FunctionKind(Kind[Function]):
    """Functions, named `(schema, function, argument types)`; no procedures, no aggregates."""

    name = "function"
    definition = Function
    family = Family.ROUTINE
    parts = 3
    addressed = True
    asked_as: ClassVar[SqlFieldKind] = SqlFieldKind.FUNCTION
    query = READ + "'f' and {scope}"

    def create(self, id: ObjectId, new: Function, context: Context) -> Steps:
        """Create it. Its default EXECUTE for PUBLIC goes in the same transaction, by its grants."""
        create = _making(id, new, tuple(_notes(id, None, new, context)), replace=False)
        comment = (commented(self._target(id), new.comment),) if new.comment else ()
        return Steps((create, *comment, *self._given(id, None, new, context)))

    def alter(self, id: ObjectId, old: Function, new: Function, context: Context) -> Steps | None:
        """Replace it in place; None where the server refuses: other result or names, fewer defaults."""
        if not _replaceable(old, new):
            return None
        statements: list[Statement] = []
        if _shape(old) != _shape(new):
            statements.append(_making(id, new, tuple(_notes(id, old, new, context)), replace=True))
        if old.comment != new.comment:
            statements.append(commented(self._target(id), new.comment))
        return Steps((*statements, *self._given(id, old, new, context)))

    def drop(self, id: ObjectId, old: Function, context: Context) -> Steps:
        """Drop it; the server refuses while policies, triggers or views use it."""
        again = "as before" if id in context.fresh else "at all"
        what = f"Programs that call {_name(id)} cannot call it {again} from then on."
        note = HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what)
        return Steps((Statement(compose("drop {}", self._target(id)), hazards=(note,)),))

    def gives_otherwise(self, old: Function, new: Function) -> bool:
        """Where its body, its language or its settings are others, or what it does with NULL."""
        told = ("body", "language", "settings", "strict")
        return any(getattr(old, name) != getattr(new, name) for name in told)

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, and move it to its schema; its arguments stay."""
        note = renaming(f"{self.name} {_name(old)}")
        return tuple(Statement(query, hazards=(note,)) for query in renamed_and_moved(self.name, old, new, old.name[2]))

    def renamed(self, definition: Function, old: ObjectId, new: ObjectId) -> Function:
        """Return it with its name in what the server prints."""
        if definition.text is None:
            return definition
        name = ".".join(map(spelled, new.name[:2]))
        text = _HEAD.sub(lambda head: f"{head[1]}{name}(", definition.text, count=1)
        return msgspec.structs.replace(definition, text=text)

    def taken(self, id: ObjectId, definition: Function) -> sql.Composable:
        """Return the query for the routine of its name and arguments."""
        return routine_named(*id.name)

    def like(self, old: Function, new: Function) -> bool:
        """Return whether they do the same with the same arguments."""
        return old.body == new.body and len(old.arguments) == len(new.arguments)

    def succeeds(self, id: ObjectId, new: Definition, former: ObjectId, old: Function) -> bool:
        """A call says a name: it finds a function of other arguments too."""
        return id.kind == self.name and id.name[:2] == former.name[:2]

    def dry_run(self, id: ObjectId, definition: Function) -> tuple[sql.Composable, ...]:
        """The same function in the session's own schema."""
        twin = ObjectId(self.name, ("pg_temp", "supaschema_trial"))
        return () if definition.text is not None else (making(twin, definition, replace=False),)

    def references(self, id: ObjectId, definition: Function) -> tuple[ObjectId, ...]:
        """Return the types of what it takes and gives."""
        return types_of(*(argument.type for argument in definition.arguments), definition.returns)

    def sql_fields(self, id: ObjectId, definition: Function) -> Mapping[str, SqlField]:
        """Arguments and result."""
        return {"signature": SqlField(self.asked_as, signature(definition))}

    def unread(self, definition: Function) -> Collection[str]:
        """Of a body in another language than SQL its own handler reads no literal's value."""
        return () if definition.language == "sql" else ("body", "text")

    def stands_on(self, id: ObjectId, definition: Function) -> tuple[tuple[str, ...], ...]:
        """Return its schema, itself, its language, and what its body may find by its path."""
        found = found_by_path(definition.settings, definition.body)
        return (*super().stands_on(id, definition), ("language", definition.language), *found)

    def structure(self, definition: Function) -> Definition:
        """Body and properties, which the server keeps as they are written."""
        return msgspec.structs.replace(definition, arguments=(), returns="", signature=None, text=None)

    def resolve(self, id: ObjectId, declared: Function, live: Function | None, context: Context) -> Function:
        """Keep what the declaration says nothing of."""
        if live is None:
            return declared
        kept = {name: getattr(live, name) for name in (*PLANNING, "owner") if getattr(declared, name) is None}
        if "rows" in kept and not gives_set(declared.returns):
            kept["rows"] = 0.0
        return msgspec.structs.replace(declared, **kept)

    def normalized(self, wanted: Function, live: Function, spelled: Mapping[str, Spellings]) -> Function:
        """Take the live arguments and result where the server sees no difference."""
        left, right = spelled.get("signature", (None, None))
        if left is None or left != right:
            return wanted
        return msgspec.structs.replace(wanted, arguments=live.arguments, returns=live.returns, signature=live.signature)

    def _target(self, id: ObjectId) -> sql.Composed:
        return compose("{} {}({})", raw_sql(self.name), ident(*id.name[:2]), raw_sql(id.name[2]))

    def _given(self, id: ObjectId, old: Function | None, new: Function, context: Context) -> Iterable[Statement]:
        rights_of = _name(id) if new.security_definer else None
        return given_to_owner(self._target(id), old.owner if old else None, new.owner, context, rights_of=rights_of)


def _replaceable(old: Function, new: Function) -> bool:
    if len(old.arguments) != len(new.arguments) or canonical_result(old.returns) != canonical_result(new.returns):
        return False
    pairs = tuple(zip(old.arguments, new.arguments, strict=True))
    if any(_result_part(before) != _result_part(after) for before, after in pairs):
        return False
    return all(
        before.name in ("", after.name) and not (before.default is not None and after.default is None)
        for before, after in pairs
    )


def _result_part(argument: Argument) -> Argument | None:
    # What comes back in an argument is part of the result, by its name and type.
    return None if is_given(argument.type) else msgspec.structs.replace(argument, type=argument_type(argument.type))


def _shape(function: Function) -> Function:
    # In the server's spelling as far as it is known; replacing a function by itself does no harm.
    arguments = tuple(msgspec.structs.replace(item, type=argument_type(item.type)) for item in function.arguments)
    returns = canonical_result(function.returns)
    return msgspec.structs.replace(
        function, arguments=arguments, returns=returns, owner=None, comment=None, signature=None, text=None
    )


def _making(id: ObjectId, new: Function, notes: tuple[HazardNote, ...], *, replace: bool) -> Statement:
    # One that is as it was is not looked into: what it names may be found by its caller's path alone.
    return Statement(making(id, new, replace=replace), hazards=notes, checks_bodies=new.text is None)


def _notes(id: ObjectId, old: Function | None, new: Function, context: Context) -> Iterable[HazardNote]:
    if new.language != "sql" and (old is None or old.body != new.body):
        yield HazardNote(
            Hazard.HAS_UNTRACKABLE_DEPENDENCIES,
            f"What {_name(id)} names in its body is looked up at each call: callers find out what is gone.",
        )
    if new.security_definer and not (old is not None and old.security_definer):
        yield HazardNote(
            Hazard.AUTHZ_UPDATE,
            f"{_name(id)} runs with its owner's rights: {_callers(id, context)} can do what its body does.",
        )
    schemas = looked_up_in(new.settings)
    if (
        schemas
        and (new.security_definer or new.returns == "trigger")
        and (old is None or schemas != looked_up_in(old.settings))
    ):
        yield HazardNote(
            Hazard.AUTHZ_UPDATE,
            f"{_name(id)} looks names up in {', '.join(schemas)}: what others make there runs with its rights.",
        )


def _callers(id: ObjectId, context: Context) -> str:
    # As far as it is known: what default privileges give a new one is not read here.
    of = ObjectId(f"{id.kind}_grants", id.name)
    grants = context.becoming.get(of, context.live.get(of))
    roles = [it.grantee for it in grants.entries] if isinstance(grants, Grants) else []
    named = "everybody" if PUBLIC in roles else ", ".join(roles)
    return f"whoever may call it ({named})" if named else "whoever may call it"


def _name(id: ObjectId) -> str:
    return ".".join(id.name[:2])

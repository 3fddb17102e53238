"""What must be there before an object is made: relations that it belongs to or names, roles that it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import LiteralString

from psycopg.types.json import Jsonb

from supaschema.core.errors import ApplyError, NotThereError
from supaschema.core.model import Definition, Facts, ObjectId
from supaschema.core.sqltext import Name, as_arrays
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Intent
from supaschema.kinds.base import Family

_ROLE_REMEDY = (
    "Correct the name, or make it first: where something else makes it, or another provider of this program, give its "
    "name to expectedRoles of the provider."
)
_API_REMEDY = (
    "What is made is closed to the roles of Supabase's API, and this server has some of them. Make the others first: "
    "anon, authenticated, service_role."
)
_REMEDY = "Correct the name, or make it first: where another resource makes it, name that in depends_on."


_LEDGER = "supaschema."

ReferredTo = tuple[tuple[str, ...], tuple[str, ...]]
"""Schema and name of a relation, and columns of which it must have a key."""


def normal(key: ReferredTo) -> ReferredTo:
    """Return a key with its columns in one order: a foreign key may name them in any."""
    return key[0], tuple(sorted(key[1]))


def keys(definitions: Mapping[ObjectId, Definition]) -> frozenset[ReferredTo]:
    """Return the keys that objects make."""
    return frozenset(normal((id.name[:2], columns)) for id, it in definitions.items() if (columns := it.key_columns()))


def missing(connection: Connection, intent: Intent, live: Facts, kinds: Kinds) -> Iterator[NotThereError]:
    """Return what to say of each relation and key that must be there before an intent is carried out and is not."""
    yield from (refusal for _, refusal in missing_relations(connection, intent, kinds))
    yield from (refusal for _, refusal in missing_parents(intent.declared, live, kinds))
    yield from _missing_types(connection, intent, live, kinds)
    yield from _missing_collations(connection, intent, live, kinds)
    own = keys(intent.declared)
    new = {id: item for id, item in intent.declared.items() if id not in live}
    yield from (refusal for _, refusal in missing_keys(connection, new, kinds, lambda key: normal(key) in own))


def missing_relations(connection: Connection, intent: Intent, kinds: Kinds) -> Iterator[tuple[str, NotThereError]]:
    """Return each relation that there is not and that nothing declared here makes, by name, and what to say of it."""
    made = {id.name for id, wanted in intent.desired.items() if wanted and not kinds[id.kind].parents(id)}
    needed: dict[tuple[str, ...], ObjectId] = {}
    for id, definition in intent.declared.items():
        for name in kinds[id.kind].needs(id, definition):
            if name not in made:
                needed.setdefault(name, id)
    for name in _absent_relations(connection, needed):
        id, remedy = needed[name], _REMEDY
        if kinds[id.kind].goes_with(intent.declared[id]):
            remedy += " Of two that name each other, declare both in one ObjectSet."
        elif name != id.name[:2]:
            remedy += " Of two tables that name each other, give one its foreign key by a TablePatch after both."
        yield name[-1], NotThereError(f"there is no relation {'.'.join(name)}.", where=str(id), remedy=remedy)


def missing_parents(made: Facts, live: Facts, kinds: Kinds) -> Iterator[tuple[ObjectId, NotThereError]]:
    """Yield each object of the database as a whole that something made belongs to and that there is not.

    Args:
        made: What is made.
        live: What there is of the anchors of both.
        kinds: The registry.

    """
    for id in made:
        for parent in wholes_needed(id, made[id], kinds):
            if parent not in live and parent not in made:
                yield parent, NotThereError(f"there is no {parent}.", where=str(id), remedy=_REMEDY)


def wholes_needed(id: ObjectId, definition: Definition, kinds: Kinds) -> Iterator[ObjectId]:
    """Yield each object of the database as a whole that an object belongs to or, schemas aside, refers to."""
    for other in (*kinds[id.kind].parents(id), *kinds[id.kind].references(id, definition)):
        is_parent = other in kinds[id.kind].parents(id)
        if kinds[other.kind].family is Family.DATABASE and (is_parent or not kinds[other.kind].holds_objects):
            yield other


def types_needed(id: ObjectId, definition: Definition, kinds: Kinds) -> frozenset[Name]:
    """Return schema and name of each type that an object names."""
    return frozenset(
        other.name
        for other in kinds[id.kind].references(id, definition)
        if kinds[other.kind].family is Family.TYPE and other.name != id.name
    )


def collations_needed(id: ObjectId, definition: Definition, kinds: Kinds) -> frozenset[ObjectId]:
    """Return each collation that an object names."""
    found = kinds[id.kind].references(id, definition)
    return frozenset(other for other in found if kinds[other.kind].family is Family.COLLATION)


def _missing_collations(connection: Connection, intent: Intent, live: Facts, kinds: Kinds) -> Iterator[NotThereError]:
    wanted = {id: it for id, it in intent.desired.items() if it}
    brought = {kinds[id.kind].brings_into(it) for id, it in wanted.items()}
    needed: dict[Name, ObjectId] = {}
    for id, definition in intent.declared.items():
        # What is there has its collation.
        if live.get(id) != definition:
            for other in collations_needed(id, definition, kinds) - wanted.keys():
                if other.name[0] not in brought:
                    needed.setdefault(other.name, id)
    if not needed:
        return
    query = """
        select u.schema_name, u.name from unnest(%s::text[], %s::text[]) as u(schema_name, name)
         where not exists (
                 select from pg_catalog.pg_collation l join pg_catalog.pg_namespace n on n.oid = l.collnamespace
                  where n.nspname = u.schema_name and l.collname = u.name)
    """
    for schema, name in connection.execute(query, as_arrays(needed), prepare=True):
        yield NotThereError(f"there is no collation {schema}.{name}.", where=str(needed[schema, name]), remedy=_REMEDY)


def _missing_types(connection: Connection, intent: Intent, live: Facts, kinds: Kinds) -> Iterator[NotThereError]:
    wanted = {id: it for id, it in intent.desired.items() if it and kinds[id.kind].family is not Family.ROUTINE}
    made = {it.name for id, item in wanted.items() for it in (id, *kinds[id.kind].brings(id, item))}
    brought = {kinds[id.kind].brings_into(wanted) for id, wanted in intent.desired.items() if wanted}
    needed: dict[Name, ObjectId] = {}
    for id, definition in intent.declared.items():
        # What is there has its type.
        if live.get(id) != definition:
            for name in types_needed(id, definition, kinds) - made:
                if name[0] not in brought:
                    needed.setdefault(name, id)
    if not needed:
        return
    query = """
        select u.schema_name, u.name from unnest(%s::text[], %s::text[]) as u(schema_name, name)
         where not exists (
                 select from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
                  where n.nspname = u.schema_name and t.typname = u.name)
    """
    for schema, name in connection.execute(query, as_arrays(needed), prepare=True):
        yield NotThereError(f"there is no type {schema}.{name}.", where=str(needed[schema, name]), remedy=_REMEDY)


def missing_platform(
    connection: Connection, definitions: Mapping[ObjectId, Definition], kinds: Kinds
) -> Iterator[tuple[str, ApplyError]]:
    """Return each relation of the platform that objects live in and that there is not, and what to say of it."""
    needed: dict[tuple[str, ...], ObjectId] = {}
    for id in definitions:
        requires = kinds[id.kind].requires
        # The ledger is made by the first deployment, and gets what a later version of it has.
        if requires is not None and kinds[id.kind].family is Family.DATABASE and not requires.startswith(_LEDGER):
            needed.setdefault(tuple(requires.split(".", 1)), id)
    for name in _absent_relations(connection, needed):
        what = f"this database does not have {'.'.join(name)}, which the object is a row of."
        remedy = "Have the platform or the extension that brings it installed first, or leave the resource out here."
        yield name[-1], ApplyError(what, where=str(needed[name]), remedy=remedy)


def missing_keys(
    connection: Connection,
    definitions: Mapping[ObjectId, Definition],
    kinds: Kinds,
    is_coming: Callable[[ReferredTo], bool] = lambda _: False,
) -> Iterator[tuple[str, NotThereError]]:
    """Return each relation that lacks the key that an object refers to, by its name, and what to say of it.

    Args:
        connection: Any connection.
        definitions: What is made.
        kinds: The registry.
        is_coming: Tells whether a key is made by then.

    """
    own = keys(definitions)
    needed = {
        id: key
        for id, item in definitions.items()
        if (key := kinds[id.kind].needs_key(item)) is not None and normal(key) not in own and not is_coming(key)
    }
    if not needed:
        return
    given = [{"within": relation[0], "name": relation[1], "columns": columns} for relation, columns in needed.values()]
    ids = list(needed)
    for (place,) in connection.execute(_WITHOUT_KEY, [Jsonb(given)], prepare=True):
        relation, columns = needed[ids[place - 1]]
        what = f"no unique constraint or index on {'.'.join(relation)} is of just {', '.join(columns)}."
        remedy = "Give it one first: where another resource makes it, name that in depends_on."
        yield relation[1], NotThereError(what, where=str(ids[place - 1]), remedy=remedy)


def missing_wholes(
    connection: Connection,
    definitions: Mapping[ObjectId, Definition],
    kinds: Kinds,
    is_coming: Callable[[ObjectId], bool],
) -> Iterator[tuple[str, NotThereError]]:
    """Return each column with which an object is to go and that its table lacks, by the table, and what to say of it.

    Args:
        connection: Any connection.
        definitions: What is made.
        kinds: The registry.
        is_coming: Tells whether something is made by then.

    """
    needed = {
        whole: id
        for id, item in definitions.items()
        for whole in kinds[id.kind].goes_with(item)
        if whole not in definitions and not is_coming(whole)
    }
    if not needed:
        return
    for place, name in connection.execute(_WITHOUT_COLUMN, [Jsonb([id.name for id in needed])], prepare=True):
        whole = list(needed)[place - 1]
        yield name, NotThereError(f"there is no {whole}.", where=str(needed[whole]), remedy=_REMEDY)


_WITHOUT_COLUMN: LiteralString = """
    select given.place, c.relname::text
      from pg_catalog.jsonb_array_elements(%s) with ordinality as given(item, place)
      join pg_catalog.pg_namespace n on n.nspname = given.item ->> 0
      join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = given.item ->> 1
     where not exists (
             select from pg_catalog.pg_attribute a
              where a.attrelid = c.oid and a.attname = given.item ->> 2 and not a.attisdropped)
     order by given.place
"""

_WITHOUT_KEY: LiteralString = """
    select given.place
      from pg_catalog.jsonb_array_elements(%s) with ordinality as given(item, place)
      join pg_catalog.pg_namespace n on n.nspname = given.item ->> 'within'
      join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = given.item ->> 'name'
     where not exists (
             select from pg_catalog.pg_index i
              where i.indrelid = c.oid and i.indisunique and i.indimmediate and i.indpred is null and i.indisvalid
                and (select pg_catalog.array_agg(a.attname::text order by a.attname)
                       from pg_catalog.pg_attribute a
                      where a.attrelid = c.oid
                        and a.attnum = any ((i.indkey::smallint[])[0:i.indnkeyatts - 1]))
                  = array(select k.name from pg_catalog.jsonb_array_elements_text(given.item -> 'columns') k(name)
                           order by k.name collate "C"))
     order by given.place
"""


def missing_roles(
    connection: Connection, definitions: Mapping[ObjectId, Definition], kinds: Kinds, api_roles: tuple[str, ...]
) -> Iterator[tuple[str, ApplyError]]:
    """Return each role that there is not, by name, and what to say of it.

    Args:
        connection: Any connection.
        definitions: What is made.
        kinds: The registry.
        api_roles: PUBLIC and the roles of Supabase's API that the server must have.

    """
    needed: dict[str, ObjectId] = {}
    for id, definition in definitions.items():
        for role in kinds[id.kind].roles(id, definition, api_roles):
            needed.setdefault(role, id)
    for role in _absent_roles(connection, needed):
        remedy = _API_REMEDY if role in api_roles else _ROLE_REMEDY
        yield role, ApplyError(f"there is no role {role}.", where=str(needed[role]), remedy=remedy)


def _absent_relations(connection: Connection, names: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return those of the names (schema and relation) that the database has nothing by."""
    wanted = list(names)
    if not wanted:
        return []
    query = """
        select u.schema_name, u.name from unnest(%s::text[], %s::text[]) as u(schema_name, name)
         where not exists (
                 select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = u.schema_name and c.relname = u.name)
    """
    return list(
        connection.execute(query, [[schema for schema, _ in wanted], [name for _, name in wanted]], prepare=True)
    )


def _absent_roles(connection: Connection, names: Iterable[str]) -> list[str]:
    """Return those of the names that the server has no role by."""
    wanted = list(names)
    if not wanted:
        return []
    query = """
        select u.name from unnest(%s::text[]) as u(name)
         where not exists (select from pg_catalog.pg_roles r where r.rolname = u.name)
    """
    return [name for (name,) in connection.execute(query, [wanted])]

"""The functions that are called, with arguments that name a tenant's things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from supaschema.core.sqltext import Name, compose, ident, literal, raw_sql
from supaschema.database.connect import Connection
from supaschema.database.extensions import OF_AN_EXTENSION
from supaschema.review.access.model import signature
from supaschema.review.access.tries.values import Column, Filling, Tenant, row
from supaschema.supabase.platform import PLATFORM_SCHEMAS

_FUNCTIONS: LiteralString = (
    """
    select n.nspname::text, p.proname::text,
           array(select pg_catalog.format_type(t.type, null)
                   from pg_catalog.unnest(p.proargtypes) with ordinality as t(type, place) order by t.place),
           array(select pg_catalog.format_type(coalesce(nullif(k.typelem, 0), nullif(k.typbasetype, 0), k.oid), null)
                   from pg_catalog.unnest(p.proargtypes) with ordinality as t(type, place)
                   join pg_catalog.pg_type k on k.oid = t.type order by t.place),
           p.proretset, p.provariadic <> 0
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where p.prokind = 'f' and n.nspname !~ '^pg_' and n.nspname <> all (%(platform)s::text[])
       and p.prorettype not in ('pg_catalog.trigger'::pg_catalog.regtype,
                                'pg_catalog.event_trigger'::pg_catalog.regtype)
       and not exists (select from pg_catalog.pg_depend d
                        where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid
                          and """
    + OF_AN_EXTENSION
    + ")"
)


@dataclass(frozen=True, slots=True)
class Call:
    """A function to call.

    Attributes:
        signature: As routines are named.
        name: Schema and name.
        arguments: As columns that values are chosen for.
        returns_rows: Whether it returns a set.
        is_variadic: Whether its last argument takes the rest.

    """

    signature: str
    name: Name
    arguments: tuple[Column, ...]
    returns_rows: bool
    is_variadic: bool = False

    def sql(self, tenant: Tenant) -> sql.Composed:
        """Return the call for a tenant; what no value is known for is null."""
        values = row(self.arguments, tenant, Filling.ALL)
        given = [
            compose("{}::text::{}", literal(values[each.name]), raw_sql(each.type))
            if each.name in values
            else compose("null::{}", raw_sql(each.type))
            for each in self.arguments
        ]
        if self.is_variadic:
            given[-1] = compose("variadic {}", given[-1])
        return compose("{}({})", ident(*self.name), sql.SQL(", ").join(given))


def calls(connection: Connection) -> Mapping[str, Call]:
    """Return the functions that are not the platform's, nor an extension's, by signature."""
    found = {}
    for schema, name, types, bases, returns_rows, is_variadic in connection.execute(
        _FUNCTIONS, {"platform": list(PLATFORM_SCHEMAS)}
    ):
        key = signature((schema, name), types)
        arguments = tuple(
            Column(str(place), type, base, is_array=type.endswith("[]"))
            for place, (type, base) in enumerate(zip(types, bases, strict=True))
        )
        found[key] = Call(key, (schema, name), arguments, returns_rows, is_variadic)
    return found

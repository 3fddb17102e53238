"""Who may call a function."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql

from supaschema.core.model import Fact, ObjectId
from supaschema.core.sqltext import compose, ident, raw_sql
from supaschema.declarations import Grant, Privilege
from supaschema.kinds.base import Family
from supaschema.kinds.grants import GrantsKind, declared_grants, entries_of


class FunctionGrantsKind(GrantsKind):
    """EXECUTE on functions, named `(schema, function, argument types)`."""

    name = "function_grants"
    family = Family.ROUTINE
    default_type = "f"
    privileges = ("EXECUTE",)
    query = (
        """
        select array[n.nspname, p.proname, pg_catalog.array_to_string(array(
                 select pg_catalog.format_type(u.type, null)
                   from unnest(p.proargtypes) with ordinality u(type, place)
                  order by u.place), ', ')]::text[],
        """
        + entries_of("coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))", "p.proowner")
        + """
          from pg_catalog.pg_proc p
          join pg_catalog.pg_namespace n on n.oid = p.pronamespace
         where p.prokind = 'f' and {scope}
    """
    )

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with the function."""
        return (ObjectId("function", id.name),)

    def target(self, id: ObjectId) -> sql.Composable:
        """Return the function with its argument types."""
        return compose("function {}({})", ident(*id.name[:2]), raw_sql(id.name[2]))

    def label(self, id: ObjectId) -> str:
        """Return the function with its argument types."""
        return f"function {id.name[0]}.{id.name[1]}({id.name[2]})"


def function_grants_fact(name: tuple[str, str, str], execute: Iterable[str]) -> Fact:
    """Return the fact that these roles, and of the API's no others, may call a function.

    Args:
        name: Schema, name and argument types.
        execute: The roles.

    """
    grants = [Grant(to=role, privileges=(Privilege.EXECUTE,)) for role in execute]
    return Fact(ObjectId("function_grants", name), declared_grants(grants))

"""Who may call a routine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, LiteralString

from psycopg import sql

from supaschema.core.model import Fact, ObjectId
from supaschema.core.printable import dotted
from supaschema.core.sqltext import compose, ident, raw_sql
from supaschema.declarations import Grant, Privilege
from supaschema.kinds.base import Family
from supaschema.kinds.grants import GrantsKind, declared_grants, entries_of

READ: LiteralString = (
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
         where p.prokind = """
)
"""The query for the grants of routines, up to which of them."""


class FunctionGrantsKind(GrantsKind):
    """EXECUTE on functions, named `(schema, function, argument types)`.

    Attributes:
        of: The kind of the routines.
        word: What GRANT calls one.

    """

    name = "function_grants"
    family = Family.ROUTINE
    parts = 3
    default_type = "f"
    privileges = ("EXECUTE",)
    of: ClassVar[str] = "function"
    word: ClassVar[str] = "function"
    query = READ + "'f' and {scope}"

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with the routine."""
        return (ObjectId(self.of, id.name),)

    def target(self, id: ObjectId) -> sql.Composable:
        """Return the routine with its argument types."""
        return compose("{} {}({})", raw_sql(self.word), ident(*id.name[:2]), raw_sql(id.name[2]))

    def label(self, id: ObjectId) -> str:
        """Return the routine with its argument types."""
        return f"{self.of} {dotted(self.of, id.name)}"


def execute_fact(of: str, name: tuple[str, str, str], execute: Iterable[str]) -> Fact:
    """Return the fact that these roles, and of the API's no others, may call a routine.

    Args:
        of: The routine's kind.
        name: Schema, name and argument types.
        execute: The roles.

    """
    grants = [Grant(to=role, privileges=(Privilege.EXECUTE,)) for role in execute]
    return Fact(ObjectId(f"{of}_grants", name), declared_grants(grants))

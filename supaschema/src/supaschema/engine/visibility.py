"""What the connected role is shown of rows that are objects to us: buckets, jobs.

Row level security may hide such rows without a word, and what is not seen would be planned again. To roles
that are shown nothing, functions of schema `supaschema` show the rows by the rights of the ledger's owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any, LiteralString

from supaschema.core.errors import ConnectionRefused
from supaschema.core.model import ObjectId
from supaschema.database.connect import Connection
from supaschema.database.trust import BY_DEPLOYING
from supaschema.kinds.base import Kind


class Visibility(Enum):
    """How a kind's objects are read."""

    DIRECT = "direct"
    """From the relation that holds them."""
    DELEGATED = "delegated"
    """By a function of the ledger."""
    HIDDEN = "hidden"
    """Not at all: the relation exists, and this role is not shown its rows."""
    ABSENT = "absent"
    """Not at all: there is no such relation."""


def visibilities(connection: Connection, kinds: Iterable[Kind[Any]]) -> dict[str, Visibility]:
    """Return how the objects of each kind that requires a relation are read, by the kind's name."""
    asked = [kind for kind in kinds if kind.requires is not None]
    if not asked:
        return {}
    names = [(kind.requires or "").split(".", 1) for kind in asked]
    parameters = {
        "kinds": [kind.name for kind in asked],
        "schemas": [schema for schema, _ in names],
        "relations": [relation for _, relation in names],
        "functions": [kind.delegated.function if kind.delegated else "" for kind in asked],
        "own": [kind.own_rows for kind in asked],
    }
    return {name: Visibility(way) for name, way in connection.execute(_VISIBILITIES, parameters)}


def hidden(id: ObjectId, kind: Kind[Any], user: str) -> ConnectionRefused:
    """Return the error for an object that this role is not shown: a plan without it would make it once more."""
    remedy = f"Connect as a role that passes row level security (on Supabase: postgres), or let {user} read "
    function = f"supaschema.{kind.delegated.function}()" if kind.delegated else kind.requires
    remedy += f"{function}: docs/machine-roles.md says how. A ledger that lacks it gets it with the next deployment."
    return ConnectionRefused(f"role {user} is not shown the rows of {kind.requires}.", where=str(id), remedy=remedy)


# A view would run what its maker wrote, as who reads it; so would a policy, or a cast of the type of a column.
# Nothing by a name that the server would look up: that raises where the role may not look into the schema. Of jobs
# everybody sees the own ones, so the question is whose ledger it is; of buckets it is whether policies count.
_VISIBILITIES: LiteralString = (
    "with recursive"
    + BY_DEPLOYING
    + """, ledger as (
      select n.oid, n.nspowner, not pg_catalog.pg_has_role(n.nspowner, 'usage') as is_foreign
        from pg_catalog.pg_namespace n where n.nspname = 'supaschema'
    ), delegated as (
      select p.proname
        from ledger l join pg_catalog.pg_proc p on p.pronamespace = l.oid and p.pronargs = 0
       where l.is_foreign and p.prosecdef and p.proowner = l.nspowner
         and pg_catalog.has_schema_privilege(l.oid, 'usage')
         and pg_catalog.has_function_privilege(p.oid, 'execute')
    )
    select u.kind,
           case when c.oid is null then 'absent'
                when c.relowner not in (select t.oid from trusted_owners t)
                  or n.nspowner not in (select t.oid from trusted_owners t) then 'hidden'
                when exists (select from delegated d where d.proname = u.function_name) then 'delegated'
                when pg_catalog.has_schema_privilege(c.relnamespace, 'usage')
                 and pg_catalog.has_table_privilege(c.oid, 'select') and c.relkind in ('r', 'p')
                 and not case when u.own then coalesce((select l.is_foreign from ledger l), false)
                              else pg_catalog.row_security_active(c.oid) end then 'direct'
                else 'hidden' end
      from unnest(%(kinds)s::text[], %(schemas)s::name[], %(relations)s::name[], %(functions)s::name[], %(own)s::bool[])
             as u(kind, schema_name, relation, function_name, own)
      left join (pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace)
        on n.nspname = u.schema_name and c.relname = u.relation
"""
)

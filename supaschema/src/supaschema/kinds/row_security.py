"""Row level security of a table: on or off, and whether its owner is subject to it too."""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, Lock, LockMode, ObjectId, Phase, Statement, Steps
from supaschema.core.sqltext import compose, ident, relation_name
from supaschema.kinds.base import Context, Family, Kind


class RowSecurity(Definition, frozen=True, kw_only=True):
    """The two flags; every table has them."""

    enabled: bool = False
    forced: bool = False


CREATED = RowSecurity(enabled=True)
"""What a table of ours has from its first moment: creating it turns row level security on."""


class RowSecurityKind(Kind[RowSecurity]):
    """Row level security flags."""

    name = "row_security"
    definition = RowSecurity
    family = Family.RELATION
    decides_over_rows = True
    phase = Phase.ACCESS
    query = """
        select array[n.nspname, c.relname]::text[],
               pg_catalog.jsonb_build_object('enabled', c.relrowsecurity, 'forced', c.relforcerowsecurity)
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and {scope}
    """

    def create(self, id: ObjectId, new: RowSecurity, context: Context) -> Steps:
        """Add what creating the table did not do."""
        fresh = context.fresh.intersection(self.parents(id))
        return self.alter(id, CREATED if fresh else RowSecurity(), new, context)

    def alter(self, id: ObjectId, old: RowSecurity, new: RowSecurity, context: Context) -> Steps:
        """Set the flags that differ."""
        fresh = bool(context.fresh.intersection(self.parents(id)))
        statements = []
        if old.enabled != new.enabled:
            action: LiteralString = "enable" if new.enabled else "disable"
            statements.append(_set(id, action, () if fresh else (_note(id, enabled=new.enabled),)))
        if old.forced != new.forced:
            statements.append(_set(id, "force" if new.forced else "no force"))
        return Steps(tuple(statements))

    def drop(self, id: ObjectId, old: RowSecurity, context: Context) -> Steps:
        """Do nothing: a table without these flags there is not, and off would open it."""
        return Steps()

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with the table."""
        return (ObjectId("table", id.name),)


def _set(id: ObjectId, action: LiteralString, notes: tuple[HazardNote, ...] = ()) -> Statement:
    query = compose("alter table {} {} row level security", ident(*id.name), sql.SQL(action))
    return Statement(query, locks=(Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE),), hazards=notes)


def _note(id: ObjectId, *, enabled: bool) -> HazardNote:
    relation = relation_name(id.name)
    if enabled:
        sentence = f"Roles with grants on {relation} see and write from now on only the rows that a policy admits."
    else:
        sentence = f"Roles with grants on {relation} see and write from now on all of its rows: no policy counts."
    return HazardNote(Hazard.AUTHZ_UPDATE, sentence)

"""What forbids to make, to change or to drop a user mapping, as far as the catalog tells it beforehand."""

from __future__ import annotations

from typing import LiteralString

from supaschema.core.model import ObjectId, Precondition
from supaschema.core.sqltext import compose, literal
from supaschema.kinds.extension_preconditions import NO_PLATFORM


def of_change(id: ObjectId) -> Precondition:
    """Return what forbids to make, to change or to drop a user mapping; that there is no server is told elsewhere."""
    query = compose(_AGAINST_CHANGING, server=literal(id.name[0]), role=literal(id.name[1]))
    return Precondition(f"things stand against {id}", query, shows_rows=True)


# Whoever may use the server maps itself; only its owner maps others.
_AGAINST_CHANGING: LiteralString = (
    """
    select 'server ' || pg_catalog.quote_ident(s.srvname) || ' belongs to ' || s.srvowner::pg_catalog.regrole::text
      from pg_catalog.pg_foreign_server s
     where s.srvname = {server} and not pg_catalog.pg_has_role(s.srvowner, 'USAGE')
       and not ({role} = current_user and pg_catalog.has_server_privilege(s.oid, 'USAGE')) and"""
    + NO_PLATFORM
)

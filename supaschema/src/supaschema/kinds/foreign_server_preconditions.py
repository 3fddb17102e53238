"""What forbids to make, to change or to drop a foreign server, as far as the catalog tells it beforehand."""

from __future__ import annotations

from typing import LiteralString

from supaschema.core.model import ObjectId, Precondition
from supaschema.core.sqltext import compose, literal
from supaschema.kinds.extension_preconditions import NO_PLATFORM


def of_creation(id: ObjectId, wrapper: str) -> Precondition:
    """Return what forbids to make a foreign server; that there is no such wrapper the server says where it is tried."""
    query = compose(_AGAINST_MAKING, wrapper=literal(wrapper))
    return Precondition(f"things stand against making foreign server {id.name[0]}", query, shows_rows=True)


def of_change(id: ObjectId) -> Precondition:
    """Return what forbids to change a foreign server that exists, or to drop it."""
    query = compose(_AGAINST_CHANGING, name=literal(id.name[0]))
    return Precondition(f"things stand against changing foreign server {id.name[0]}", query, shows_rows=True)


def of_drop(id: ObjectId) -> Precondition:
    """Return what forbids to drop a foreign server, of what no declaration can say: of the rest the plan knows."""
    query = compose(_STANDING, name=literal(id.name[0]))
    return Precondition(f"objects that no resource declares need foreign server {id.name[0]}", query, shows_rows=True)


_AGAINST_MAKING: LiteralString = (
    """
    select 'this role may not use foreign data wrapper ' || w.fdwname
      from pg_catalog.pg_foreign_data_wrapper w
     where w.fdwname = {wrapper} and not pg_catalog.has_foreign_data_wrapper_privilege(w.oid, 'USAGE') and"""
    + NO_PLATFORM
)
_AGAINST_CHANGING: LiteralString = (
    """
    select 'it belongs to ' || s.srvowner::pg_catalog.regrole::text
      from pg_catalog.pg_foreign_server s
     where s.srvname = {name} and not pg_catalog.pg_has_role(s.srvowner, 'USAGE') and"""
    + NO_PLATFORM
)
_STANDING: LiteralString = """
    select pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
      from pg_catalog.pg_foreign_server s
      join pg_catalog.pg_depend d
        on d.refclassid = 'pg_catalog.pg_foreign_server'::pg_catalog.regclass and d.refobjid = s.oid
       and d.deptype = 'n'
     where s.srvname = {name} and d.classid <> 'pg_catalog.pg_user_mapping'::pg_catalog.regclass
     order by 1
"""

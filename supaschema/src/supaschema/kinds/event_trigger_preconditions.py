"""What forbids to make, to change or to drop an event trigger, as far as the catalog tells it beforehand."""

from __future__ import annotations

from typing import LiteralString

from supaschema.core.model import ObjectId, Precondition
from supaschema.core.sqltext import compose, literal
from supaschema.database.trust import BY_ITSELF
from supaschema.kinds.extension_preconditions import NO_PLATFORM


def of_creation(id: ObjectId, event: str, function: str, *, is_new: bool) -> Precondition:
    """Return what forbids to make an event trigger.

    Args:
        id: The event trigger.
        event: What fires it.
        function: Schema and name of the function that it calls, `schema.name`.
        is_new: Whether nothing of its name is to be dropped before.

    """
    schema, _, called = function.partition(".")
    values = {"event": literal(event), "schema": literal(schema), "function": literal(called)}
    query = compose(_AGAINST_MAKING, name=literal(id.name[0]), is_new=literal(is_new), **values)
    return Precondition(f"things stand against making event trigger {id.name[0]}", query, shows_rows=True)


def of_change(id: ObjectId) -> Precondition:
    """Return what forbids to change an event trigger that exists, or to drop it."""
    what = f"things stand against changing event trigger {id.name[0]}"
    return Precondition(what, compose(_AGAINST_CHANGING, name=literal(id.name[0])), shows_rows=True)


# It runs in whatever is deployed later: whose its function is decides over that. The platform's are not read, and have
# their names.
_AGAINST_MAKING: LiteralString = (
    f"""
    with recursive {BY_ITSELF}
    select 'a superuser makes it, or whom a platform lets' where"""
    + NO_PLATFORM
    + """
    union all
    select 'one of this name exists, which calls a function of ' || p.proowner::pg_catalog.regrole::text
      from pg_catalog.pg_event_trigger e
      join pg_catalog.pg_proc p on p.oid = e.evtfoid
     where e.evtname = {name} and {is_new}
    union all
    select 'login is an event from PostgreSQL 17 on'
     where {event} = 'login' and pg_catalog.current_setting('server_version_num')::integer < 170000
    union all
    select 'its function belongs to ' || p.proowner::pg_catalog.regrole::text
             || ', and would run with your rights for every statement of a deployment'
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where n.nspname = {schema} and p.proname = {function} and p.pronargs = 0
       and p.proowner not in (select t.oid from trusted_code t)
"""
)

_AGAINST_CHANGING: LiteralString = (
    """
    select 'it belongs to ' || e.evtowner::pg_catalog.regrole::text
      from pg_catalog.pg_event_trigger e
     where e.evtname = {name} and not pg_catalog.pg_has_role(e.evtowner, 'USAGE') and"""
    + NO_PLATFORM
)

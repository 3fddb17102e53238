"""Event triggers: functions that are called when the database's objects change, or somebody logs in."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident, literal, raw_sql
from supaschema.kinds import event_trigger_preconditions as forbidding
from supaschema.kinds.base import Context, Family, Kind
from supaschema.kinds.comments import commented
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.trigger import ENABLING
from supaschema.supabase.platform import PLATFORM_SCHEMAS
from supaschema.supabase.roles import PLATFORM_ROLES

_TRIAL = "supaschema_trial"


class EventTrigger(Definition, frozen=True, kw_only=True):
    """An event trigger's definition.

    Attributes:
        event: What fires it.
        tags: The commands that it is limited to, in whatever order; empty means any.
        function: The function called, `schema.name`.
        enabled: `origin` (the usual), `disabled`, `replica` or `always`.
        owner: The role that owns it. What says nothing of it keeps it.
        comment: Its comment; empty: none. What says nothing of it keeps it.

    """

    event: str
    tags: tuple[str, ...] = ()
    function: str
    enabled: str = "origin"
    owner: str | None = None
    comment: str | None = None


class EventTriggerKind(Kind[EventTrigger]):
    """Event triggers, named `(event trigger,)`; not the platform's, nor those that write the journal."""

    name = "event_trigger"
    definition = EventTrigger
    family = Family.DATABASE
    addressed = True
    acts_everywhere = True
    # Only a superuser makes one, who is no one else's: whose it is tells nothing, whose its function is and where does.
    query = (
        """
        select array[e.evtname]::text[],
               pg_catalog.jsonb_build_object(
                 'event', e.evtevent,
                 'tags', (
                    select coalesce(pg_catalog.jsonb_agg(t.tag order by t.place), '[]')
                      from pg_catalog.unnest(e.evttags) with ordinality as t(tag, place)),
                 'function', n.nspname || '.' || p.proname,
                 'enabled', case e.evtenabled when 'O' then 'origin' when 'D' then 'disabled'
                    when 'R' then 'replica' else 'always' end,
                 'owner', pg_catalog.pg_get_userbyid(e.evtowner),
                 'comment', coalesce(pg_catalog.obj_description(e.oid, 'pg_event_trigger'), '')),
               'pg_catalog.pg_event_trigger'::regclass::oid, e.oid, 0
          from pg_catalog.pg_event_trigger e
          join pg_catalog.pg_proc p on p.oid = e.evtfoid
          join pg_catalog.pg_namespace n on n.oid = p.pronamespace
          join pg_catalog.pg_roles r on r.oid = p.proowner
         where {scope} and n.nspname !~ '^pg_' and n.nspname not in ('"""
        + "', '".join(PLATFORM_SCHEMAS)
        + """')
           and (n.nspname = 'public' or not r.rolsuper and r.rolname !~ '"""
        + PLATFORM_ROLES
        + """'
                or r.rolname = current_user
                or r.oid in (select s.nspowner from pg_catalog.pg_namespace s where s.nspname = 'supaschema'))
           and not exists (
                 select from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_event_trigger'::regclass and d.objid = e.oid and d.deptype = 'e')
    """
    )

    def create(self, id: ObjectId, new: EventTrigger, context: Context) -> Steps:
        """Create it, enabled as it is to be."""
        statements = [Statement(_make(id.name[0], new), hazards=tuple(_running(new)))]
        if new.enabled != "origin":
            statements.append(_enable(id, new))
        if new.comment:
            statements.append(_comment_on(id, new.comment))
        forbidden = forbidding.of_creation(id, new.event, new.function, is_new=id not in context.live)
        return Steps((*statements, *_given(id, None, new, context)), (forbidden,))

    def alter(self, id: ObjectId, old: EventTrigger, new: EventTrigger, context: Context) -> Steps | None:
        """Change whether it fires, the comment and the owner in place; else it is made anew in one transaction."""
        if not self.like(old, new):
            return None
        statements = [_enable(id, new)] if old.enabled != new.enabled else []
        if (old.comment or "") != (new.comment or ""):
            statements.append(_comment_on(id, new.comment))
        return Steps((*statements, *_given(id, old, new, context)), (forbidding.of_change(id),))

    def drop(self, id: ObjectId, old: EventTrigger, context: Context) -> Steps:
        """Drop it."""
        query = compose("drop event trigger {}", ident(*id.name))
        return Steps((Statement(query, hazards=(_stopping(id, old),)),), (forbidding.of_change(id),))

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it: no text names it."""
        return (Statement(compose("alter event trigger {} rename to {}", ident(*old.name), ident(*new.name))),)

    def like(self, old: EventTrigger, new: EventTrigger) -> bool:
        """Return whether they fire alike and call the same."""
        return (old.event, {*old.tags}, old.function) == (new.event, {*new.tags}, new.function)

    def stands_on(self, id: ObjectId, definition: EventTrigger) -> tuple[tuple[str, ...], ...]:
        """Return its function, with that one's schema."""
        schema, _, name = definition.function.partition(".")
        return (("schema", schema), ("routine", schema, name))

    def dry_run(self, id: ObjectId, definition: EventTrigger) -> tuple[sql.Composable, ...]:
        """The same under another name: it fires for nothing before it is committed, and never is."""
        return (_make(_TRIAL, definition),)

    def structure(self, definition: EventTrigger) -> Definition:
        """Return it with its commands in one order."""
        return msgspec.structs.replace(definition, tags=tuple(sorted(definition.tags)))

    def resolve(
        self, id: ObjectId, declared: EventTrigger, live: EventTrigger | None, context: Context
    ) -> EventTrigger:
        """Keep what the declaration says nothing of."""
        if live is None:
            return declared
        kept = {name: getattr(live, name) for name in ("owner", "comment") if getattr(declared, name) is None}
        return msgspec.structs.replace(declared, **kept)


def _make(name: str, new: EventTrigger) -> sql.Composable:
    tags: sql.Composable = sql.SQL("")
    if new.tags:
        tags = sql.SQL(" when tag in ({})").format(sql.SQL(", ").join(map(literal, new.tags)))
    function = ident(*new.function.split(".", 1))
    parts = ident(name), raw_sql(new.event), tags, function
    return compose("create event trigger {} on {}{} execute function {}()", *parts)


def _running(new: EventTrigger) -> Iterator[HazardNote]:
    if new.enabled == "disabled":
        return
    if new.event == "login":
        what = (
            f"{new.function} runs whenever somebody logs in: where it fails, nobody does, but by event_triggers = off."
        )
        yield HazardNote(Hazard.CORRECTNESS, what)
        return
    commands = f"{', '.join(new.tags)} of any role" if new.tags else "every change of objects by any role"
    what = f"{new.function} runs in {commands}, with that role's rights: where it fails, the statement does."
    yield HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what)


def _stopping(id: ObjectId, old: EventTrigger) -> HazardNote:
    what = f"What event trigger {id.name[0]} had {old.function} refuse, note or add happens without it."
    return HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what)


def _enable(id: ObjectId, new: EventTrigger) -> Statement:
    query = compose("alter event trigger {} {}", ident(*id.name), raw_sql(ENABLING[new.enabled]))
    return Statement(query, hazards=tuple(_running(new)))


def _given(id: ObjectId, old: EventTrigger | None, new: EventTrigger, context: Context) -> Iterator[Statement]:
    target = compose("event trigger {}", ident(*id.name))
    return given_to_owner(target, old.owner if old else None, new.owner, context)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("event trigger {}", ident(*id.name)), comment)

"""Foreign servers: what is elsewhere, by which wrapper it is reached, and with what options."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident, literal
from supaschema.database.extensions import OF_AN_EXTENSION
from supaschema.kinds import foreign_options
from supaschema.kinds import foreign_server_preconditions as forbidding
from supaschema.kinds.base import Context, Family, Kind
from supaschema.kinds.comments import commented
from supaschema.kinds.owner import given_to_owner

_TRIAL = "supaschema_trial"


class ForeignServer(Definition, frozen=True, kw_only=True):
    """A foreign server's definition.

    Attributes:
        wrapper: The foreign data wrapper by which it is reached.
        type: What kind of server it is, in the wrapper's words; None: it says none.
        version: Its version; None: it says none.
        options: By name its options; of those that are keys what is live has a seal.
        owner: The role that owns it. What says nothing of it keeps it.
        comment: Its comment; empty: none. What says nothing of it keeps it.

    """

    wrapper: str
    type: str | None = None
    version: str | None = None
    options: dict[str, str] = msgspec.field(default_factory=dict)
    owner: str | None = None
    comment: str | None = None


class ForeignServerKind(Kind[ForeignServer]):
    """Foreign servers, named `(server,)`."""

    name = "foreign_server"
    definition = ForeignServer
    family = Family.DATABASE
    addressed = True
    acts_everywhere = True
    reaches_out = True
    query = (
        """
        select array[s.srvname]::text[],
               pg_catalog.jsonb_build_object(
                 'wrapper', w.fdwname,
                 'type', s.srvtype,
                 'version', s.srvversion,
                 'options', """
        + foreign_options.read("s.srvoptions")
        + """,
                 'owner', pg_catalog.pg_get_userbyid(s.srvowner),
                 'comment', coalesce(pg_catalog.obj_description(s.oid, 'pg_foreign_server'), '')),
               'pg_catalog.pg_foreign_server'::regclass::oid, s.oid, 0
          from pg_catalog.pg_foreign_server s
          join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw
         where {scope} and not exists (
                 select from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_foreign_server'::regclass and d.objid = s.oid and """
        + OF_AN_EXTENSION
        + ")"
    )

    def create(self, id: ObjectId, new: ForeignServer, context: Context) -> Steps:
        """Create it: nobody but its owner may use it until a grant says otherwise."""
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        forbidden = (forbidding.of_creation(id, new.wrapper), *foreign_options.unknown(id, {}, new.options))
        made = Statement(_make(id.name[0], new, new.options))
        return Steps((made, *comment, *_given(id, None, new, context)), forbidden)

    def alter(self, id: ObjectId, old: ForeignServer, new: ForeignServer, context: Context) -> Steps | None:
        """Change version, options, comment and owner in place; another wrapper or type takes another server."""
        if (old.wrapper, old.type) != (new.wrapper, new.type):
            return None
        statements: list[Statement] = []
        if old.version != new.version:
            version = sql.SQL("null") if new.version is None else literal(new.version)
            statements.append(Statement(compose("alter server {} version {}", ident(*id.name), version)))
        options = foreign_options.changes(old.options, new.options)
        if options is not None:
            query = compose("alter server {} {}", ident(*id.name), options)
            statements.append(Statement(query, hazards=(_leading(id),)))
        if (old.comment or "") != (new.comment or ""):
            statements.append(_comment_on(id, new.comment))
        forbidden = (forbidding.of_change(id), *foreign_options.unknown(id, old.options, new.options))
        return Steps((*statements, *_given(id, old, new, context)), forbidden)

    def drop(self, id: ObjectId, old: ForeignServer, context: Context) -> Steps:
        """Drop it; the server refuses while anything stands on it."""
        query = compose("drop server {}", ident(*id.name))
        return Steps((Statement(query),), (forbidding.of_change(id), forbidding.of_drop(id)))

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, with all that stands on it."""
        what = f"Texts of functions and programs that name server {old.name[0]} do not follow it."
        query = compose("alter server {} rename to {}", ident(*old.name), ident(*new.name))
        return (Statement(query, hazards=(HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what),)),)

    def like(self, old: ForeignServer, new: ForeignServer) -> bool:
        """Return whether they are reached alike."""
        options = foreign_options.sealed
        return (old.wrapper, old.type, options(old.options)) == (new.wrapper, new.type, options(new.options))

    def stands_on(self, id: ObjectId, definition: ForeignServer) -> tuple[tuple[str, ...], ...]:
        """Return the server."""
        return (("foreign server", id.name[0]),)

    def dry_run(self, id: ObjectId, definition: ForeignServer) -> tuple[sql.Composable, ...]:
        """The same under another name and without its keys: the wrapper looks at each option."""
        plain = foreign_options.told(foreign_options.sealed(definition.options))
        options = {name: value for name, value in definition.options.items() if plain[name] == value}
        return (_make(_TRIAL, definition, options),)

    def told(self, definition: ForeignServer) -> ForeignServer:
        """Return it without its keys."""
        return msgspec.structs.replace(
            definition, options=foreign_options.told(foreign_options.sealed(definition.options))
        )

    def structure(self, definition: ForeignServer) -> Definition:
        """Return it with a seal in the place of each key."""
        return msgspec.structs.replace(definition, options=foreign_options.sealed(definition.options))

    def resolve(
        self, id: ObjectId, declared: ForeignServer, live: ForeignServer | None, context: Context
    ) -> ForeignServer:
        """Keep what the declaration says nothing of."""
        if live is None:
            return declared
        kept = {name: getattr(live, name) for name in ("owner", "comment") if getattr(declared, name) is None}
        return msgspec.structs.replace(declared, **kept)


def _make(name: str, new: ForeignServer, options: foreign_options.Options) -> sql.Composable:
    kind = sql.SQL("") if new.type is None else compose(" type {}", literal(new.type))
    version = sql.SQL("") if new.version is None else compose(" version {}", literal(new.version))
    parts = ident(name), kind, version, ident(new.wrapper), foreign_options.clause(options)
    return compose("create server {}{}{} foreign data wrapper {}{}", *parts)


def _leading(id: ObjectId) -> HazardNote:
    what = f"Foreign tables on server {id.name[0]} read and write where its options lead from then on."
    return HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what)


def _given(id: ObjectId, old: ForeignServer | None, new: ForeignServer, context: Context) -> Iterator[Statement]:
    return given_to_owner(_target(id), old.owner if old else None, new.owner, context)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(_target(id), comment)


def _target(id: ObjectId) -> sql.Composable:
    return compose("server {}", ident(*id.name))

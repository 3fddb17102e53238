"""User mappings: as whom a role is known on a foreign server. All that they say is a key."""

from __future__ import annotations

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident, role
from supaschema.kinds import foreign_options
from supaschema.kinds import user_mapping_preconditions as forbidding
from supaschema.kinds.base import Context, Family, Kind
from supaschema.supabase.roles import PUBLIC


class UserMapping(Definition, frozen=True, kw_only=True):
    """A user mapping's definition.

    Attributes:
        role: The role that is mapped, or `public`.
        options: By name its options; what is live has a seal of each. None: the server does not show them to this role.
        declared: Whether a program says it, and so knows the options. A hint: no property of what is live.

    """

    role: str
    options: dict[str, str] | None = None
    declared: bool = False


class UserMappingKind(Kind[UserMapping]):
    """User mappings, named `(server, role)`; of all roles together `(server, public)`."""

    name = "user_mapping"
    definition = UserMapping
    family = Family.DATABASE
    parts = 2
    addressed = True
    acts_everywhere = True
    reaches_out = True
    # To whom the server shows the options (PostgreSQL documentation, "pg_user_mappings"): elsewhere no options, and
    # options that are not shown, look alike.
    query = (
        """
        select array[m.srvname, m.usename]::text[],
               pg_catalog.jsonb_build_object('role', m.usename, 'options', case
                 when m.umuser <> 0 and m.usename = current_user
                        and (pg_catalog.pg_has_role(s.srvowner, 'USAGE')
                             or pg_catalog.has_server_privilege(s.oid, 'USAGE'))
                      or m.umuser = 0 and pg_catalog.pg_has_role(s.srvowner, 'USAGE')
                      or (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) then """
        + foreign_options.read("m.umoptions", all_keys=True)
        + """ end),
               'pg_catalog.pg_user_mapping'::regclass::oid, m.umid, 0
          from pg_catalog.pg_user_mappings m
          join pg_catalog.pg_foreign_server s on s.oid = m.srvid
         where {scope} and m.usename is not null
    """
    )

    def create(self, id: ObjectId, new: UserMapping, context: Context) -> Steps:
        """Create it with what it says, which is shown to nobody."""
        options = new.options or {}
        query = compose("create {}{}", _target(id), foreign_options.clause(options, all_keys=True))
        forbidden = (forbidding.of_change(id), *foreign_options.unknown(id, {}, options))
        return Steps((Statement(query, hazards=(_reaching(id),)),), forbidden)

    def alter(self, id: ObjectId, old: UserMapping, new: UserMapping, context: Context) -> Steps | None:
        """Change the options that differ; None, to make it anew, where the server does not show which there are."""
        if old.options is None or new.options is None:
            return None if new.declared else Steps()
        options = foreign_options.changes(old.options, new.options, all_keys=True)
        forbidden = (forbidding.of_change(id), *foreign_options.unknown(id, old.options, new.options))
        if options is None:
            return Steps((), forbidden)
        query = compose("alter {} {}", _target(id), options)
        return Steps((Statement(query, hazards=(_reaching(id),)),), forbidden)

    def drop(self, id: ObjectId, old: UserMapping, context: Context) -> Steps:
        """Drop it."""
        note = HazardNote(Hazard.AUTHZ_UPDATE, f"{_who(id)} no longer reaches what server {id.name[0]} leads to.")
        return Steps((Statement(compose("drop {}", _target(id)), hazards=(note,)),), (forbidding.of_change(id),))

    def called_after(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """Return its server."""
        return (ObjectId("foreign_server", id.name[:1]),)

    def references(self, id: ObjectId, definition: UserMapping) -> tuple[ObjectId, ...]:
        """Return its server."""
        return (ObjectId("foreign_server", id.name[:1]),)

    def stands_on(self, id: ObjectId, definition: UserMapping) -> tuple[tuple[str, ...], ...]:
        """Return its server."""
        return (("foreign server", id.name[0]),)

    def roles(self, id: ObjectId, definition: UserMapping, api_roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return the role that is mapped."""
        return () if definition.role == PUBLIC else (definition.role,)

    def recreatable(self, definition: UserMapping) -> bool:
        """Return whether it says nothing: what it says is known to nobody but the program."""
        return definition.options == {}

    def is_untold(self, definition: UserMapping) -> bool:
        """Return whether its options are not shown."""
        return definition.options is None

    def told(self, definition: UserMapping) -> UserMapping:
        """Return it without the values of its options."""
        if not definition.options:
            return definition
        options = foreign_options.told(foreign_options.sealed(definition.options, all_keys=True))
        return msgspec.structs.replace(definition, options=options)

    def structure(self, definition: UserMapping) -> Definition:
        """Return it with a seal in the place of each value."""
        if definition.options is None:
            return UserMapping(role=definition.role)
        return UserMapping(role=definition.role, options=foreign_options.sealed(definition.options, all_keys=True))

    def same_structure(self, wanted: UserMapping, live: UserMapping) -> bool:
        """Return whether the options are those; of what is not shown, whether nobody says that they are others."""
        if live.options is None:
            return not wanted.declared
        return wanted.options is None or self.structure(wanted) == self.structure(live)


def _target(id: ObjectId) -> sql.Composable:
    return compose("user mapping for {} server {}", role(id.name[1]), ident(id.name[0]))


def _who(id: ObjectId) -> str:
    return "Everybody without a mapping of their own" if id.name[1] == PUBLIC else id.name[1]


def _reaching(id: ObjectId) -> HazardNote:
    what = f"{_who(id)} reaches what server {id.name[0]} leads to, as whom the options say, if foreign tables let them."
    return HazardNote(Hazard.AUTHZ_UPDATE, what)

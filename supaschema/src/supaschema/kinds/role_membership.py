"""Memberships of roles."""

from __future__ import annotations

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident, literal
from supaschema.kinds import role_membership_preconditions as forbidding
from supaschema.kinds.base import Context, Family, Kind

OPTIONS_SINCE = 16
"""The major version from which a membership has options of its own."""


class RoleMembership(Definition, frozen=True, kw_only=True):
    """A membership, whoever granted it.

    Attributes:
        admin: Whether the member may make others members.
        inherit: Whether the member has the rights without becoming the role; None: the server has no such option, or
            what says nothing of it keeps it.
        may_set: Whether the member may become the role.

    """

    admin: bool = False
    inherit: bool | None = None
    may_set: bool = True


class RoleMembershipKind(Kind[RoleMembership]):
    """Memberships, named `(role, member)`; not that by which the server lets whoever made a role hand it on."""

    name = "role_membership"
    definition = RoleMembership
    family = Family.DATABASE
    of_server = True
    parts = 2
    # Several roles may have granted one. Which options it has tells a version from 16 on.
    query = """
        select array[r.rolname, m.rolname]::text[],
               pg_catalog.jsonb_build_object(
                 'admin', pg_catalog.bool_or(a.admin_option),
                 'inherit', pg_catalog.bool_or((o.said ->> 'inherit_option')::boolean),
                 'may_set', pg_catalog.bool_or(coalesce((o.said ->> 'set_option')::boolean, true)))
          from pg_catalog.pg_auth_members a
          join pg_catalog.pg_roles r on r.oid = a.roleid
          join pg_catalog.pg_roles m on m.oid = a.member
         cross join lateral (select pg_catalog.to_jsonb(a)) o(said)
         where {scope}
           and not (a.grantor = 10 and a.admin_option
                    and not coalesce((o.said ->> 'inherit_option')::boolean, true)
                    and not coalesce((o.said ->> 'set_option')::boolean, true))
         group by r.rolname, m.rolname
    """

    def create(self, id: ObjectId, new: RoleMembership, context: Context) -> Steps:
        """Grant the role."""
        query = compose("grant {} to {}{}", *_names(id), _options(new, context.major))
        forbidden = forbidding.of_creation(id, is_special=_special(new))
        return Steps((Statement(query, hazards=_gained(id, new)),), (forbidden,))

    def alter(self, id: ObjectId, old: RoleMembership, new: RoleMembership, context: Context) -> Steps:
        """Grant it with other options, or take the admin option where the server has no other way."""
        query = compose("grant {} to {}{}", *_names(id), _options(new, context.major))
        if context.major < OPTIONS_SINCE and old.admin and not new.admin:
            query = compose("revoke admin option for {} from {}", *_names(id))
        forbidden = forbidding.of_change(id, is_special=_special(new) and context.major < OPTIONS_SINCE)
        return Steps((Statement(query, hazards=_gained(id, new)),), (forbidden,))

    def drop(self, id: ObjectId, old: RoleMembership, context: Context) -> Steps:
        """Take the role back."""
        sentence = f"{id.name[1]} loses what {id.name[0]} may, but for what it has in other ways."
        note = HazardNote(Hazard.AUTHZ_UPDATE, sentence)
        query = compose("revoke {} from {}", *_names(id))
        return Steps((Statement(query, hazards=(note,)),), (forbidding.of_change(id, is_special=False),))

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with the role."""
        return (ObjectId("role", id.name[:1]),)

    def references(self, id: ObjectId, definition: RoleMembership) -> tuple[ObjectId, ...]:
        """Return the member."""
        return (ObjectId("role", id.name[1:]),)

    def roles(self, id: ObjectId, definition: RoleMembership, api_roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return both."""
        return id.name

    def resolve(
        self, id: ObjectId, declared: RoleMembership, live: RoleMembership | None, context: Context
    ) -> RoleMembership:
        """Keep the option that the declaration says nothing of."""
        if live is None or declared.inherit is not None:
            return declared
        return msgspec.structs.replace(declared, inherit=live.inherit)


def _names(id: ObjectId) -> tuple[sql.Composable, ...]:
    return ident(id.name[0]), ident(id.name[1])


def _special(new: RoleMembership) -> bool:
    # What an older server cannot say.
    return new.inherit is not None or not new.may_set


def _options(new: RoleMembership, major: int) -> sql.Composable:
    if major < OPTIONS_SINCE:
        return sql.SQL(" with admin option" if new.admin else "")
    options = compose(" with admin {}, set {}", literal(new.admin), literal(new.may_set))
    return options if new.inherit is None else compose("{}, inherit {}", options, literal(new.inherit))


def _gained(id: ObjectId, new: RoleMembership) -> tuple[HazardNote, ...]:
    ways = ["" if new.inherit is False else "has its rights", "may become it" if new.may_set else ""]
    ways += ["may make others members of it" if new.admin else ""]
    what = ", ".join(filter(None, ways)) or "is one by name alone"
    return (HazardNote(Hazard.AUTHZ_UPDATE, f"{id.name[1]} is a member of {id.name[0]} from then on: it {what}."),)

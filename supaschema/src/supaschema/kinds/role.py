"""Roles, of which those that nobody logs in as are declared."""

from __future__ import annotations

from typing import Any

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, ObjectId, Phase, Statement, Steps
from supaschema.core.sqltext import compose, ident, raw_sql
from supaschema.kinds import role_preconditions as forbidding
from supaschema.kinds.base import Context, Family, Kind
from supaschema.kinds.comments import commented
from supaschema.kinds.grants_definition import Grants
from supaschema.kinds.renaming import renaming


class Role(Definition, frozen=True, kw_only=True):
    """A role's definition.

    Attributes:
        inherit: Whether it has the rights of the roles that it is a member of without becoming them.
        bypass_rls: Whether no policy limits it.
        beyond: What else it may, which no declaration says: `login`, `superuser`, `createrole`, `createdb`,
            `replication`; sorted.
        comment: Its comment; empty: none. What says nothing of it keeps it.

    """

    inherit: bool = True
    bypass_rls: bool = False
    beyond: tuple[str, ...] = ()
    comment: str | None = None


class RoleKind(Kind[Role]):
    """Roles, named `(role,)`. What proves who somebody is, and settings, are not read: they stay as they are."""

    name = "role"
    definition = Role
    family = Family.DATABASE
    of_server = True
    query = """
        select array[r.rolname]::text[],
               pg_catalog.jsonb_build_object(
                 'inherit', r.rolinherit,
                 'bypass_rls', r.rolbypassrls,
                 'beyond', (
                    select coalesce(pg_catalog.jsonb_agg(a.name order by a.name), '[]')
                      from (values ('login', r.rolcanlogin), ('superuser', r.rolsuper), ('createrole', r.rolcreaterole),
                                   ('createdb', r.rolcreatedb), ('replication', r.rolreplication)) a(name, holds)
                     where a.holds),
                 'comment', coalesce(pg_catalog.shobj_description(r.oid, 'pg_authid'), ''))
          from pg_catalog.pg_roles r
         where {scope}
    """

    def create(self, id: ObjectId, new: Role, context: Context) -> Steps:
        """Create it; of what it may, the server's own is left out."""
        less = replaced(Role(), new)
        query = compose("create role {} nologin{}", ident(*id.name), _listed(less))
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        made = Statement(query, hazards=_passing(id, None, new))
        return Steps((made, *comment), (forbidding.of_creation(id, bypasses=new.bypass_rls),))

    def alter(self, id: ObjectId, old: Role, new: Role, context: Context) -> Steps:
        """Change what differs; whoever logs in as it would be locked out, so that is refused."""
        changed = replaced(old, new)
        statements = []
        if changed:
            query = compose("alter role {}{}", ident(*id.name), _listed(changed))
            statements.append(Statement(query, hazards=_passing(id, old, new)))
        if (old.comment or "") != (new.comment or ""):
            statements.append(_comment_on(id, new.comment))
        forbidden = forbidding.of_change(id, bypasses=old.bypass_rls != new.bypass_rls)
        return Steps(tuple(statements), (forbidden,))

    def drop(self, id: ObjectId, old: Role, context: Context) -> Steps:
        """Drop it where nothing needs it: what it owns, or was granted, is never dropped along."""
        # Last, once what changes in the same plan names it no more.
        statement = Statement(compose("drop role {}", ident(*id.name)), phase=Phase.TIDY)
        return Steps((statement,), (forbidding.of_drop(id), forbidding.standing(id, _let_go(id, context))))

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it: what is granted to it, policies for it and what it owns follow by themselves."""
        query = compose("alter role {} rename to {}", ident(*old.name), ident(*new.name))
        return (Statement(query, hazards=(renaming(f"role {old.name[0]}"),)),)

    def like(self, old: Role, new: Role) -> bool:
        """Return whether they may do the same."""
        return (old.inherit, old.bypass_rls, old.beyond) == (new.inherit, new.bypass_rls, new.beyond)

    def resolve(self, id: ObjectId, declared: Role, live: Role | None, context: Context) -> Role:
        """Keep the comment that the declaration says nothing of."""
        if live is None or declared.comment is not None:
            return declared
        return msgspec.structs.replace(declared, comment=live.comment)


def replaced(old: Role, new: Role) -> tuple[str, ...]:
    """Return the words of ALTER ROLE that turn what a role may into what another one may."""
    found = [] if old.inherit == new.inherit else ["inherit" if new.inherit else "noinherit"]
    found += [] if old.bypass_rls == new.bypass_rls else ["bypassrls" if new.bypass_rls else "nobypassrls"]
    found += [f"no{name}" for name in old.beyond if name not in new.beyond]
    return (*found, *(name for name in new.beyond if name not in old.beyond))


def _let_go(id: ObjectId, context: Context) -> frozenset[tuple[str, ...]]:
    """Return the names of what the same plan drops or changes, but for what names the role even then."""
    changing = {it.name for it in (*context.becoming, *context.dropped) if it != id}
    left: dict[ObjectId, Definition | None] = {**context.live, **dict.fromkeys(context.dropped), **context.becoming}
    staying = {it.name[:2] for it, item in left.items() if item is not None}
    # Who takes grants back takes none from roles that a declaration need not be complete for.
    stuck = {it: was for it, was in context.live.items() if isinstance(was, Grants) and it.name[:2] in staying}
    found = {it: item if item is not None else stuck.get(it) for it, item in left.items()}
    named = ((it.name[:2], msgspec.to_builtins(item)) for it, item in found.items() if item is not None)
    kept = {place for place, item in named if _has(item, id.name[0])}
    return frozenset(name for name in changing if name[:2] not in kept)


def _has(value: Any, name: str) -> bool:
    match value:
        case str():
            return value == name
        case dict():
            return any(_has(item, name) for item in value.values())
        case list() | tuple():
            return any(_has(item, name) for item in value)
        case _:
            return False


def _listed(words: tuple[str, ...]) -> sql.Composable:
    return raw_sql("".join(f" {word}" for word in words))


def _passing(id: ObjectId, old: Role | None, new: Role) -> tuple[HazardNote, ...]:
    if new.bypass_rls == (old is not None and old.bypass_rls):
        return ()
    what = "no policy limits" if new.bypass_rls else "policies limit"
    return (HazardNote(Hazard.AUTHZ_UPDATE, f"From then on {what} whoever acts as {id.name[0]}."),)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("role {}", ident(*id.name)), comment)

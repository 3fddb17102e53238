"""Row level security policies."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import msgspec
from psycopg import sql

from supaschema.core.model import (
    Definition,
    Facts,
    Hazard,
    HazardNote,
    Lock,
    LockMode,
    ObjectId,
    Phase,
    Statement,
    Steps,
)
from supaschema.core.quoted import in_quotes
from supaschema.core.sqltext import compose, ident, raw_sql, relation_name, roles
from supaschema.kinds.base import Context, Family, Kind, SqlField, SqlFieldKind
from supaschema.kinds.comments import commented
from supaschema.kinds.grants import granted
from supaschema.kinds.renaming import roughly_alike
from supaschema.supabase.roles import PUBLIC


class Policy(Definition, frozen=True, kw_only=True):
    """A policy's definition.

    Attributes:
        command: `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
        roles: The roles it applies to, sorted.
        permissive: False for a restrictive policy.
        using: Which rows are seen.
        check: Which rows may be written.
        comment: Its comment; empty: none. What says nothing of it keeps it.

    """

    command: str
    roles: tuple[str, ...]
    permissive: bool = True
    using: str | None = None
    check: str | None = None
    comment: str | None = None


class PolicyKind(Kind[Policy]):
    """Policies, named `(schema, table, policy)`."""

    name = "policy"
    definition = Policy
    family = Family.RELATION
    parts = 3
    phase = Phase.ACCESS
    decides_over_rows = True
    addressed = True
    query = """
        select array[n.nspname, c.relname, p.polname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'command', case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE'
                    when 'd' then 'DELETE' else 'ALL' end,
                 'roles', (
                    select pg_catalog.jsonb_agg(coalesce(r.rolname::text, 'public')
                             order by coalesce(r.rolname::text, 'public') collate "C")
                      from unnest(p.polroles) u(role)
                      left join pg_catalog.pg_roles r on r.oid = u.role),
                 'permissive', p.polpermissive,
                 'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
                 'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid),
                 'comment', coalesce(pg_catalog.obj_description(p.oid, 'pg_policy'), ''))),
               'pg_catalog.pg_policy'::regclass::oid, p.oid, 0
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_policy p on p.polrelid = c.oid
         where {scope}
         order by c.oid, p.polname
    """

    def create(self, id: ObjectId, new: Policy, context: Context) -> Steps:
        """Create it."""
        query = compose(
            "create policy {} on {} as {} for {} to {}{}",
            *_name(id),
            sql.SQL("permissive" if new.permissive else "restrictive"),
            raw_sql(new.command.lower()),
            roles(new.roles),
            _clauses(new),
        )
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        return Steps((_statement(id, query, self._made_notes(id, new, context, made=True)), *comment))

    def alter(self, id: ObjectId, old: Policy, new: Policy, context: Context) -> Steps | None:
        """Use ALTER POLICY where it will do: it changes no command or kind, and takes no clause away."""
        fixed = (old.command, old.permissive) == (new.command, new.permissive)
        lost = (old.using is not None and new.using is None) or (old.check is not None and new.check is None)
        if not fixed or lost:
            return None
        statements = []
        if (old.roles, old.using, old.check) != (new.roles, new.using, new.check):
            query = compose("alter policy {} on {} to {}{}", *_name(id), roles(new.roles), _clauses(new))
            statements.append(_statement(id, query, tuple(_altered(id, old, new, context))))
        if old.comment != new.comment:
            statements.append(_comment_on(id, new.comment))
        return Steps(tuple(statements))

    def drop(self, id: ObjectId, old: Policy, context: Context) -> Steps:
        """Drop it."""
        query = compose("drop policy {} on {}", *_name(id))
        return Steps((_statement(id, query, self._made_notes(id, old, context, made=False)),))

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it."""
        name, table = _name(ObjectId(old.kind, (*new.name[:2], old.name[2])))
        return (_statement(new, compose("alter policy {} on {} rename to {}", name, table, ident(new.name[2])), ()),)

    def like(self, old: Policy, new: Policy) -> bool:
        """Return whether they open the same to the same roles."""
        same = (old.command, old.permissive, sorted(old.roles)) == (new.command, new.permissive, sorted(new.roles))
        return same and roughly_alike(old.using, new.using) and roughly_alike(old.check, new.check)

    def roles(self, id: ObjectId, definition: Policy, api_roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return those that it is for."""
        return tuple(name for name in definition.roles if name != PUBLIC)

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its table."""
        return (ObjectId("table", id.name[:2]),)

    def read_by(self, id: ObjectId, definition: Policy, facts: Facts) -> frozenset[str]:
        """Those it applies to, as far as they may do something with its table."""
        allowed = granted(facts, id.name[:2])
        roles = frozenset(definition.roles)
        return allowed if PUBLIC in roles else roles if PUBLIC in allowed else roles & allowed

    def spoken_for_with(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """Who declares row level security declares every policy."""
        return (ObjectId("row_security", id.name[:2]),)

    def sql_fields(self, id: ObjectId, definition: Policy) -> Mapping[str, SqlField]:
        """The two expressions."""
        relation = (id.name[0], id.name[1])
        texts = {"using": definition.using, "check": definition.check}
        return {
            name: SqlField(SqlFieldKind.EXPRESSION, text, type="boolean", relation=relation)
            for name, text in texts.items()
            if text is not None
        }

    def structure(self, definition: Policy) -> Definition:
        """Return all but the expressions' texts."""
        return msgspec.structs.replace(
            definition,
            roles=tuple(sorted(definition.roles)),
            using=None if definition.using is None else "",
            check=None if definition.check is None else "",
        )

    def resolve(self, id: ObjectId, declared: Policy, live: Policy | None, context: Context) -> Policy:
        """Keep the comment that the declaration says nothing of."""
        if declared.comment is not None or live is None:
            return declared
        return msgspec.structs.replace(declared, comment=live.comment)

    def _made_notes(self, id: ObjectId, policy: Policy, context: Context, *, made: bool) -> tuple[HazardNote, ...]:
        # Nobody can have been reading a table that the same plan makes.
        if context.fresh.intersection(self.parents(id)):
            return ()
        opened = _EVERY if made and policy.permissive and _admits_all(policy) else _MORE
        verb = opened if made == policy.permissive else _FEWER
        return tuple(_notes(id, verb, policy, policy.roles, context))


_EVERY, _MORE, _FEWER = "Every row is", "More rows may be", "Fewer rows may be"
_OTHER = "Other rows than before may be"


def _altered(id: ObjectId, old: Policy, new: Policy, context: Context) -> Iterator[HazardNote]:
    """Yield a sentence for the roles that come, those that go, and those that stay under another condition."""
    gained, lost, kept = (
        [role for role in one if (role in other) == both]
        for one, other, both in (
            (new.roles, old.roles, False),
            (old.roles, new.roles, False),
            (new.roles, old.roles, True),
        )
    )
    opens, closes = (_MORE, _FEWER) if new.permissive else (_FEWER, _MORE)
    if gained:
        yield from _notes(id, _EVERY if new.permissive and _admits_all(new) else opens, new, gained, context)
    if lost:
        yield from _notes(id, closes, new, lost, context)
    if not kept or (old.using, old.check) == (new.using, new.check):
        return
    if _admits_all(new):
        yield from _notes(id, _EVERY if new.permissive else _MORE, new, kept, context)
    elif _admits_all(old):
        yield from _notes(id, _FEWER, new, kept, context)
    else:
        yield from _notes(id, _OTHER, new, kept, context)


def _notes(id: ObjectId, verb: str, policy: Policy, named: Collection[str], context: Context) -> Iterator[HazardNote]:
    """Yield a sentence for the roles that reach other rows by a policy, and one for each that does not."""
    unmoved = context.unmoved.get(id, {})
    moved = [role for role in named if role not in unmoved]
    table = relation_name(id.name)
    if moved:
        who = "everybody" if PUBLIC in moved else ", ".join(moved)
        what = "every command" if policy.command == "ALL" else policy.command
        more = ": more or fewer, as its new condition says" if verb == _OTHER else ""
        yield HazardNote(
            Hazard.AUTHZ_UPDATE, f"{verb} open to {what} of {who} on {table}, by policy {in_quotes(id.name[2])}{more}."
        )
    for role in (role for role in named if role in unmoved):
        sentence = f"Policy {in_quotes(id.name[2])} on {table} changes nothing for {role}: {unmoved[role]}."
        yield HazardNote(Hazard.AUTHZ_UPDATE, sentence)


def _admits_all(policy: Policy) -> bool:
    text = policy.check if policy.using is None else policy.using
    return text is not None and text.strip("() ").lower() == "true"


def _name(id: ObjectId) -> tuple[sql.Identifier, sql.Identifier]:
    return ident(id.name[2]), ident(*id.name[:2])


def _clauses(policy: Policy) -> sql.Composed:
    using = compose(" using ({})", raw_sql(policy.using)) if policy.using is not None else sql.SQL("")
    check = compose(" with check ({})", raw_sql(policy.check)) if policy.check is not None else sql.SQL("")
    return using + sql.Composed([check])


def _statement(id: ObjectId, query: sql.Composable, notes: tuple[HazardNote, ...]) -> Statement:
    return Statement(query, locks=(Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE),), hazards=notes)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("policy {} on {}", *_name(id)), comment)

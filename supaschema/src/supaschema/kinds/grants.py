"""Grants on one object: the part that tables, columns, functions and schemas have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import ClassVar, LiteralString

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Facts, Hazard, HazardNote, Lock, ObjectId, Phase, Statement, Steps
from supaschema.core.sqltext import Name, block, compose, raw_sql, role, roles
from supaschema.declarations import Grant, Privilege
from supaschema.kinds.base import Context, Kind
from supaschema.kinds.given_by_default import given_by_default
from supaschema.kinds.grants_definition import Entry, Grants, Key, beyond, restoring
from supaschema.supabase.roles import API_ROLES, PUBLIC

__all__ = ["ALL", "Entry", "Grants", "GrantsKind"]

ALL = "ALL"
_OF_RELATIONS = ("table_grants", "column_grants")


class GrantsKind(Kind[Grants]):
    """Base of the kinds of grants: what differs is the object's name and the privileges it knows.

    Attributes:
        privileges: What `ALL` stands for.
        open_by_default: Whether default privileges may give something away when the object is made.
        default_type: How pg_default_acl calls objects of this type; None: there are no default privileges for them.

    """

    definition = Grants
    privileges: ClassVar[tuple[str, ...]]
    open_by_default: ClassVar[bool] = True
    default_type: ClassVar[str | None] = None
    phase = Phase.ACCESS

    @abstractmethod
    def target(self, id: ObjectId) -> sql.Composable:
        """Return the object as GRANT names it: `table x.y`."""

    def label(self, id: ObjectId) -> str:
        """Return the object's name for people."""
        return ".".join(id.name)

    def closed_at_birth(self, id: ObjectId, context: Context) -> Collection[str]:
        """Return the roles that the statements which make the object have taken everything from by then."""
        return ()

    def locks(self, id: ObjectId) -> tuple[Lock, ...]:
        """Return what GRANT and REVOKE lock."""
        return ()

    def known(self, major: int) -> tuple[str, ...]:
        """Return the privileges that a server of this version knows for the object."""
        return self.privileges

    def words(self, id: ObjectId, privileges: Sequence[str]) -> sql.Composed:
        """Return privileges as GRANT takes them."""
        return sql.SQL(", ").join(raw_sql(privilege.lower()) for privilege in privileges)

    def create(self, id: ObjectId, new: Grants, context: Context) -> Steps:
        """Take from the managed roles what default privileges gave them, then grant."""
        given = sorted(given_by_default(id.name[0], self.default_type, context)) if new.ordered else ()
        closed = context.present((*(new.managed or API_ROLES), *given, *(entry.grantee for entry in new.entries)))
        grants = (self._grant(id, _nothing(entry), entry, context) for entry in new.entries)
        # In the transaction that makes the object, if it is new: it is open to nobody for a moment.
        phase = Phase.STRUCTURE if context.fresh.intersection(self.parents(id)) else self.phase
        is_open = self.open_by_default and not set(closed).issubset(self.closed_at_birth(id, context))
        close = [replace(self._revoke_all(id, closed, (), context), phase=phase)] if is_open else []
        every = None if new.owner is None else replace_privileges(new.owner, self.known(context.major))
        return Steps((*close, *chain.from_iterable(grants), *self._of_owner(id, every, new.owner, context)))

    def alter(self, id: ObjectId, old: Grants, new: Grants, context: Context) -> Steps:
        """Revoke what is too much and grant what is missing; an order is restored by granting all anew."""
        before = {entry.key: entry for entry in old.entries}
        after = {entry.key: entry for entry in new.entries}
        owner = tuple(self._of_owner(id, old.owner, new.owner, context))
        if new.ordered and old.entries == new.entries:
            return Steps(owner)
        if new.ordered:
            handed = chain.from_iterable(
                self._revoke(id, entry, _nothing(entry), context) for entry in reversed(old.entries) if entry.grantor
            )
            closed = tuple(dict.fromkeys(entry.grantee for entry in (*old.entries, *new.entries) if not entry.grantor))
            close = self._revoke_all(id, closed, _lost(before, after), context)
            again = (self._restore(id, before.get(entry.key), entry, context) for entry in new.entries)
            return Steps((*handed, close, *chain.from_iterable(again), *owner))
        pairs = [
            (before.get(key) or _nothing(entry), after.get(key) or _nothing(entry))
            for key, entry in {**before, **after}.items()
        ]
        # What was handed on goes before what it was handed on from, and comes after it.
        handed_on = [pair for pair in pairs if pair[0].grantor]
        own = [pair for pair in pairs if not pair[0].grantor]
        revokes = chain.from_iterable(self._revoke(id, *pair, context) for pair in (*reversed(handed_on), *own))
        grants = chain.from_iterable(self._grant(id, *pair, context) for pair in (*own, *handed_on))
        return Steps((*revokes, *grants, *owner))

    def drop(self, id: ObjectId, old: Grants, context: Context) -> Steps:
        """Take everything from everybody whom the declaration was complete for, and what they handed on."""
        closed = context.present(old.managed or API_ROLES)
        if any(entry.grantor for entry in old.entries):
            left = _upheld(entry for entry in old.entries if entry.grantee not in closed)
            return self.alter(id, old, Grants(entries=tuple(left)), context)
        lost = [entry for entry in old.entries if entry.grantee in closed]
        return Steps((self._revoke_all(id, closed, lost, context),))

    def roles(self, id: ObjectId, definition: Grants, api_roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return those who are granted something, and those from whom the rest is taken."""
        managed = set(definition.managed).difference(API_ROLES).union(api_roles)
        named = (
            *(name for name in definition.managed if name in managed),
            *(entry.grantee for entry in definition.entries),
        )
        return tuple(name for name in dict.fromkeys(named) if name != PUBLIC)

    def readers(self, definition: Grants) -> frozenset[str]:
        """Those who may SELECT, the owner aside."""
        return frozenset(entry.grantee for entry in definition.entries if "SELECT" in entry.privileges)

    def structure(self, definition: Grants) -> Definition:
        """Return the entries by role, and the owner's."""
        return Grants(entries=_sorted(definition.entries), owner=definition.owner)

    def same_structure(self, wanted: Grants, live: Grants) -> bool:
        """Compare the entries, in their order where that is to be restored, and what the owner may do."""
        if wanted.owner is not None and (live.owner is None or wanted.owner.privileges != live.owner.privileges):
            return False
        if wanted.ordered:
            return wanted.entries == live.entries
        return _sorted(wanted.entries) == _sorted(live.entries)

    def comparable(self, definition: Grants) -> Grants:
        """Return the grants without the order in which they were given."""
        return msgspec.structs.replace(definition, ordered=False)

    def beyond(self, recorded: Grants, live: Grants) -> tuple[Grants, Mapping[str, Grants]]:
        """Return the grants without those to roles that the recorded ones do not name; and those, by role."""
        return beyond(recorded, live)

    def restoring(self, recorded: Grants, live: Grants | None) -> Grants:
        """Return what gives the roles of both what they had, and leaves every other role what it has."""
        return recorded if live is None else restoring(recorded, live)

    def cleared(self, live: Grants) -> Grants | None:
        """Return what takes everything from everybody but the owner."""
        return restoring(Grants(), live)

    def resolve(self, id: ObjectId, declared: Grants, live: Grants | None, context: Context) -> Grants:
        """Spell `ALL` out, leave out what the server does not know, and keep what unmanaged roles hold."""
        owner = declared.owner or (live.owner if live else None)
        if declared.ordered:
            return msgspec.structs.replace(declared, owner=owner)
        known = self.known(context.major)
        entries = [_expanded(entry, known) for entry in declared.entries]
        others = [entry for entry in (live.entries if live else ()) if entry.grantee not in declared.managed]
        kept = tuple(_upheld(entry for entry in (*entries, *others) if entry.privileges))
        return msgspec.structs.replace(declared, entries=kept, owner=owner)

    def revoking(
        self,
        id: ObjectId,
        query: sql.Composable,
        privileges: Sequence[str],
        grantees: Sequence[str],
        context: Context,
    ) -> sql.Composable:
        """Return a REVOKE so that it takes nothing but what it names."""
        return query

    def _revoke_all(self, id: ObjectId, grantees: Sequence[str], lost: Iterable[Entry], context: Context) -> Statement:
        query = compose("revoke {} from {}", self._on(id, (ALL,)), roles(grantees))
        notes = (self._note(id, entry.grantee, "loses", entry.privileges, context) for entry in lost)
        return self._statement(id, self.revoking(id, query, (ALL,), grantees, context), chain.from_iterable(notes))

    def _revoke(self, id: ObjectId, have: Entry, want: Entry, context: Context) -> Iterable[Statement]:
        extra = _minus(have.privileges, want.privileges)
        handed = _minus(_minus(have.grantable, want.grantable), extra)
        if extra:
            query: sql.Composable = compose("revoke {} from {}", self._on(id, extra), role(have.grantee))
            if have.grantor is None:
                query = self.revoking(id, query, extra, (have.grantee,), context)
            note = self._note(id, have.grantee, "loses", extra, context)
            yield self._statement(id, _as_grantor(have, query), note)
        if handed:
            query = compose("revoke grant option for {} from {}", self._on(id, handed), role(have.grantee))
            if have.grantor is None:
                query = self.revoking(id, query, handed, (have.grantee,), context)
            yield self._statement(id, _as_grantor(have, query))

    def _grant(self, id: ObjectId, have: Entry, want: Entry, context: Context) -> Iterable[Statement]:
        option = _minus(want.grantable, have.grantable)
        plain = _minus(_minus(want.privileges, have.privileges), option)
        if plain:
            query = compose("grant {} to {}", self._on(id, plain), role(want.grantee))
            yield self._statement(id, _as_grantor(want, query), self._note(id, want.grantee, "gains", plain, context))
        if option:
            query = compose("grant {} to {} with grant option", self._on(id, option), role(want.grantee))
            note = self._note(id, want.grantee, "gains, and may hand on,", option, context)
            yield self._statement(id, _as_grantor(want, query), note)

    def _restore(self, id: ObjectId, have: Entry | None, want: Entry, context: Context) -> Iterable[Statement]:
        # Everything is granted anew, but access opens only where the role did not have it.
        nothing = _nothing(want)
        opened = [note for statement in self._grant(id, have or nothing, want, context) for note in statement.hazards]
        for position, statement in enumerate(self._grant(id, nothing, want, context)):
            yield self._statement(id, statement.query, opened if position == 0 else ())

    def _of_owner(self, id: ObjectId, have: Entry | None, want: Entry | None, context: Context) -> Iterable[Statement]:
        if have is None or want is None:
            return
        have = Entry(grantee=want.grantee, privileges=have.privileges)
        yield from self._revoke(id, have, want, context)
        yield from self._grant(id, have, want, context)

    def _on(self, id: ObjectId, privileges: Sequence[str]) -> sql.Composed:
        return compose("{} on {}", self.words(id, privileges), self.target(id))

    def _statement(self, id: ObjectId, query: sql.Composable, notes: Iterable[HazardNote] = ()) -> Statement:
        return Statement(query, locks=self.locks(id), hazards=tuple(notes))

    def _note(
        self, id: ObjectId, grantee: str, verb: str, privileges: Sequence[str], context: Context
    ) -> tuple[HazardNote, ...]:
        # Nobody can have been using what the same plan makes.
        if context.fresh.intersection(self.parents(id)):
            return ()
        who = "Everybody" if grantee == PUBLIC else grantee
        return (HazardNote(Hazard.AUTHZ_UPDATE, f"{who} {verb} {', '.join(privileges)} on {self.label(id)}."),)


def declared_grants(grants: Iterable[Grant], named: Iterable[str] = ()) -> Grants:
    """Return the definition that declared grants state, columns aside; it is complete for the roles it names.

    Args:
        grants: What is granted.
        named: Further roles that the declaration is complete for.

    """
    held: dict[str, set[str]] = {}
    for grant in grants:
        held.setdefault(grant.to, set()).update(privilege.value for privilege in grant.privileges)
    entries = tuple(Entry(grantee=grantee, privileges=tuple(sorted(held[grantee]))) for grantee in sorted(held))
    return Grants(entries=entries, managed=tuple(dict.fromkeys((*API_ROLES, *sorted({*held, *named})))))


def grants_from(
    definition: Definition | None, managed: Iterable[str], order: Sequence[Grant] = ()
) -> tuple[Grant, ...]:
    """Return the grants of the managed roles in a definition: first roles in `order`, then the others."""
    if not isinstance(definition, Grants):
        return ()
    places = {grant.to: position for position, grant in reversed(list(enumerate(order)))}
    held: dict[str, set[str]] = {}
    for entry in definition.entries:
        if entry.grantee in set(managed):
            held.setdefault(entry.grantee, set()).update(entry.privileges)
    grantees = sorted(held, key=lambda grantee: (places.get(grantee, len(order)), grantee))
    return tuple(Grant(to=grantee, privileges=tuple(map(Privilege, sorted(held[grantee])))) for grantee in grantees)


def granted(facts: Facts, relation: Name, *privileges: str) -> frozenset[str]:
    """Return the roles that may do one of these with a relation or a column of it; of none named, anything."""
    return frozenset(
        entry.grantee
        for id, item in facts.items()
        if isinstance(item, Grants) and id.name[:2] == relation and id.kind in _OF_RELATIONS
        for entry in item.entries
        if not privileges or not set(privileges).isdisjoint(entry.privileges)
    )


def entries_of(array: LiteralString, owner: LiteralString) -> LiteralString:
    """Return the SQL of a definition: the entries of an access control list, its owner's apart."""
    return (
        """(
            select pg_catalog.jsonb_build_object('ordered', true,
                     'entries', coalesce(pg_catalog.jsonb_agg(e.entry order by e.place) filter (where not e.own), '[]'),
                     'owner', coalesce((pg_catalog.jsonb_agg(e.entry) filter (where e.own)) -> 0,
                       pg_catalog.jsonb_build_object('grantee', pg_catalog.pg_get_userbyid("""
        + owner
        + """))))
              from (select min(x.place) as place,
                           x.grantee = """
        + owner
        + """ as own,
                           pg_catalog.jsonb_build_object(
                             'grantee', coalesce(g.rolname, 'public'),
                             'privileges', pg_catalog.jsonb_agg(distinct x.privilege_type),
                             'grantable', coalesce(
                               pg_catalog.jsonb_agg(distinct x.privilege_type)
                                 filter (where x.is_grantable and x.grantee <> """
        + owner
        + """), '[]'),
                             'grantor', case when x.grantor not in (x.grantee, """
        + owner
        + """) then pg_catalog.pg_get_userbyid(x.grantor) end)
                             as entry
                      from pg_catalog.aclexplode("""
        + array
        + """) with ordinality x(grantor, grantee, privilege_type, is_grantable, place)
                      left join pg_catalog.pg_roles g on g.oid = x.grantee
                     group by x.grantee, x.grantor, g.rolname) e)"""
    )


def replace_privileges(entry: Entry, privileges: Sequence[str]) -> Entry:
    """Return an entry with other privileges."""
    return msgspec.structs.replace(entry, privileges=tuple(sorted(privileges)))


def _nothing(entry: Entry) -> Entry:
    return Entry(grantee=entry.grantee, grantor=entry.grantor)


def _as_grantor(entry: Entry, query: sql.Composable) -> sql.Composable:
    # GRANT and REVOKE are of whoever runs them (PostgreSQL documentation, "GRANT"), and of the owner for its members.
    if entry.grantor is None:
        return query
    body = compose(
        """declare
  former text := pg_catalog.current_setting('role');
begin
  set local role {};
  {};
  perform pg_catalog.set_config('role', former, true);
end""",
        role(entry.grantor),
        query,
    )
    return block(body)


def _upheld(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Yield the entries, and of what was handed on that which its grantor may go on handing on."""
    options: dict[str, set[str]] = {}
    for entry in entries:
        if entry.grantor is not None:
            may = options.get(entry.grantor, set())
            privileges = tuple(item for item in entry.privileges if item in may)
            grantable = tuple(item for item in entry.grantable if item in may)
            entry = msgspec.structs.replace(entry, privileges=privileges, grantable=grantable)  # noqa: PLW2901
        if entry.privileges:
            options.setdefault(entry.grantee, set()).update(entry.grantable)
            yield entry


def _expanded(entry: Entry, known: Sequence[str]) -> Entry:
    wanted = known if ALL in entry.privileges else entry.privileges
    return msgspec.structs.replace(entry, privileges=tuple(sorted(set(wanted).intersection(known))))


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.grantee, entry.grantor or "")))


def _minus(left: Sequence[str], right: Sequence[str]) -> tuple[str, ...]:
    return tuple(item for item in left if item not in right)


def _lost(before: dict[Key, Entry], after: dict[Key, Entry]) -> Iterable[Entry]:
    for key, entry in before.items():
        kept = after[key].privileges if key in after else ()
        gone = _minus(entry.privileges, kept)
        if gone and entry.grantor is None:
            yield Entry(grantee=entry.grantee, privileges=gone)

"""Grants on one object: the part that tables, columns, functions and schemas have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import ClassVar, LiteralString

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, Lock, ObjectId, Phase, Statement, Steps
from supaschema.core.sqltext import compose, raw_sql, role, roles
from supaschema.declarations import Grant, Privilege
from supaschema.kinds.base import Context, Kind
from supaschema.supabase.roles import API_ROLES, PUBLIC

ALL = "ALL"


class Entry(Definition, frozen=True, kw_only=True):
    """What one role may do: sorted privileges, and those of them that it may hand on."""

    grantee: str
    privileges: tuple[str, ...] = ()
    grantable: tuple[str, ...] = ()


class Grants(Definition, frozen=True, kw_only=True):
    """What the roles other than the owner may do with an object.

    Attributes:
        entries: One per role; from the catalog, in the order of the access control list, which dumps print.
        managed: The roles that a declaration is complete for. A hint: no property of the live object.
        ordered: Whether these entries are all there are, in this order: so when they are put back. A hint.

    """

    entries: tuple[Entry, ...] = ()
    managed: tuple[str, ...] = ()
    ordered: bool = False


class GrantsKind(Kind[Grants]):
    """Base of the kinds of grants: what differs is the object's name and the privileges it knows.

    Attributes:
        privileges: What `ALL` stands for.
        open_by_default: Whether default privileges may give something away when the object is made.

    """

    definition = Grants
    privileges: ClassVar[tuple[str, ...]]
    open_by_default: ClassVar[bool] = True
    phase = Phase.ACCESS

    @abstractmethod
    def target(self, id: ObjectId) -> sql.Composable:
        """Return the object as GRANT names it: `table x.y`."""

    def label(self, id: ObjectId) -> str:
        """Return the object's name for people."""
        return ".".join(id.name)

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
        closed = tuple(dict.fromkeys((*(new.managed or API_ROLES), *(entry.grantee for entry in new.entries))))
        grants = (self._grant(id, Entry(grantee=entry.grantee), entry, context) for entry in new.entries)
        # In the transaction that makes the object, if it is new: it is open to nobody for a moment.
        phase = Phase.STRUCTURE if context.fresh.intersection(self.parents(id)) else self.phase
        close = [replace(self._revoke_all(id, closed, (), context), phase=phase)] if self.open_by_default else []
        return Steps((*close, *chain.from_iterable(grants)))

    def alter(self, id: ObjectId, old: Grants, new: Grants, context: Context) -> Steps:
        """Revoke what is too much and grant what is missing; an order is restored by granting all anew."""
        before = {entry.grantee: entry for entry in old.entries}
        after = {entry.grantee: entry for entry in new.entries}
        if new.ordered:
            close = self._revoke_all(id, tuple({**before, **after}), _lost(before, after), context)
            again = (self._restore(id, before.get(entry.grantee), entry, context) for entry in new.entries)
            return Steps((close, *chain.from_iterable(again)))
        nobody = {grantee: Entry(grantee=grantee) for grantee in {**before, **after}}
        pairs = [({**nobody, **before}[grantee], {**nobody, **after}[grantee]) for grantee in nobody]
        revokes = chain.from_iterable(self._revoke(id, have, want, context) for have, want in pairs)
        grants = chain.from_iterable(self._grant(id, have, want, context) for have, want in pairs)
        return Steps((*revokes, *grants))

    def drop(self, id: ObjectId, old: Grants, context: Context) -> Steps:
        """Take everything from everybody whom the declaration was complete for."""
        closed = old.managed or API_ROLES
        lost = [entry for entry in old.entries if entry.grantee in closed]
        return Steps((self._revoke_all(id, closed, lost, context),))

    def roles(self, definition: Grants) -> tuple[str, ...]:
        """Return those who are granted something."""
        return tuple(entry.grantee for entry in definition.entries if entry.grantee != PUBLIC)

    def structure(self, definition: Grants) -> Definition:
        """Return the entries by role."""
        return Grants(entries=_sorted(definition.entries))

    def same_structure(self, wanted: Grants, live: Grants) -> bool:
        """Compare the entries; in their order where that is to be restored."""
        if wanted.ordered:
            return wanted.entries == live.entries
        return _sorted(wanted.entries) == _sorted(live.entries)

    def resolve(self, id: ObjectId, declared: Grants, live: Grants | None, context: Context) -> Grants:
        """Spell `ALL` out, leave out what the server does not know, and keep what unmanaged roles hold."""
        if declared.ordered:
            return declared
        known = self.known(context.major)
        entries = [_expanded(entry, known) for entry in declared.entries]
        others = [entry for entry in (live.entries if live else ()) if entry.grantee not in declared.managed]
        kept = tuple(entry for entry in (*entries, *others) if entry.privileges)
        return msgspec.structs.replace(declared, entries=kept)

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
            query = compose("revoke {} from {}", self._on(id, extra), role(have.grantee))
            query_ = self.revoking(id, query, extra, (have.grantee,), context)
            yield self._statement(id, query_, self._note(id, have.grantee, "loses", extra, context))
        if handed:
            query = compose("revoke grant option for {} from {}", self._on(id, handed), role(have.grantee))
            yield self._statement(id, self.revoking(id, query, handed, (have.grantee,), context))

    def _grant(self, id: ObjectId, have: Entry, want: Entry, context: Context) -> Iterable[Statement]:
        option = _minus(want.grantable, have.grantable)
        plain = _minus(_minus(want.privileges, have.privileges), option)
        if plain:
            query = compose("grant {} to {}", self._on(id, plain), role(want.grantee))
            yield self._statement(id, query, self._note(id, want.grantee, "gains", plain, context))
        if option:
            query = compose("grant {} to {} with grant option", self._on(id, option), role(want.grantee))
            yield self._statement(id, query, self._note(id, want.grantee, "gains, and may hand on,", option, context))

    def _restore(self, id: ObjectId, have: Entry | None, want: Entry, context: Context) -> Iterable[Statement]:
        # Everything is granted anew, but access opens only where the role did not have it.
        nothing = Entry(grantee=want.grantee)
        opened = [note for statement in self._grant(id, have or nothing, want, context) for note in statement.hazards]
        for position, statement in enumerate(self._grant(id, nothing, want, context)):
            yield self._statement(id, statement.query, opened if position == 0 else ())

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
    entries = [entry for entry in definition.entries if entry.grantee in set(managed)]
    entries.sort(key=lambda entry: (places.get(entry.grantee, len(order)), entry.grantee))
    return tuple(Grant(to=entry.grantee, privileges=tuple(map(Privilege, entry.privileges))) for entry in entries)


def entries_of(array: LiteralString, owner: LiteralString) -> LiteralString:
    """Return the SQL of a definition: the entries of an access control list, its owner's aside."""
    return (
        """(
            select pg_catalog.jsonb_build_object('ordered', true, 'entries',
                     coalesce(pg_catalog.jsonb_agg(e.entry order by e.place), '[]'))
              from (select min(x.place) as place,
                           pg_catalog.jsonb_build_object(
                             'grantee', coalesce(g.rolname, 'public'),
                             'privileges', pg_catalog.jsonb_agg(distinct x.privilege_type),
                             'grantable', coalesce(
                               pg_catalog.jsonb_agg(distinct x.privilege_type) filter (where x.is_grantable),
                               '[]'))
                             as entry
                      from pg_catalog.aclexplode("""
        + array
        + """) with ordinality x(grantor, grantee, privilege_type, is_grantable, place)
                      left join pg_catalog.pg_roles g on g.oid = x.grantee
                     where x.grantee <> """
        + owner
        + """
                     group by x.grantee, g.rolname) e)"""
    )


def _expanded(entry: Entry, known: Sequence[str]) -> Entry:
    wanted = known if ALL in entry.privileges else entry.privileges
    return msgspec.structs.replace(entry, privileges=tuple(sorted(set(wanted).intersection(known))))


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.grantee))


def _minus(left: Sequence[str], right: Sequence[str]) -> tuple[str, ...]:
    return tuple(item for item in left if item not in right)


def _lost(before: dict[str, Entry], after: dict[str, Entry]) -> Iterable[Entry]:
    for grantee, entry in before.items():
        kept = after[grantee].privileges if grantee in after else ()
        gone = _minus(entry.privileges, kept)
        if gone:
            yield Entry(grantee=grantee, privileges=gone)

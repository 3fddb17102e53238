"""Try verbs on what was planted, each in a savepoint that is rolled back, and tell whose rows were reached."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

import psycopg
from psycopg import errors, sql

from supaschema.core.sqltext import compose, ident, idents, literal, raw_sql
from supaschema.database.connect import Connection
from supaschema.review.access.model import READ_AND_WRITE, Reading, Relation, Thing
from supaschema.review.access.tries.calls import Call
from supaschema.review.access.tries.outcomes import Outcome, Reached
from supaschema.review.access.tries.planting import Planted, disturb_as_usual, disturb_nothing, insertion
from supaschema.review.access.tries.sessions import Session, begin
from supaschema.review.access.tries.values import Tenant

_REFUSED: Outcome = frozenset({Reached.REFUSED})
_BY_A_RULE = (errors.ForeignKeyViolation, errors.RestrictViolation)


@dataclass(frozen=True, slots=True)
class Attempts:
    """Lets one session try things. Take a connection in a transaction, as a role that no policy holds back."""

    connection: Connection
    reading: Reading
    session: Session

    def select(self, relation: Relation, bucket: str | None = None) -> Outcome:
        """Read all rows, in all columns that the role may read."""
        if not self._may(relation, "select"):
            return _REFUSED
        columns = idents(self._columns(relation, "select"))
        rows = compose("select {} from {}", columns, ident(*relation.name))
        where = compose("{} where bucket_id = {}", rows, literal(bucket)) if bucket is not None else rows
        return self._try(lambda: self._read(where))

    def insert(self, planted: Planted) -> Outcome:
        """Insert each tenant's row again, in place of the planted one."""
        if not self._may(self.reading.relations[planted.target], "insert"):
            return _REFUSED
        return _together([self._try(partial(self._insert, planted, tenant)) for tenant in Tenant])

    def update(self, planted: Planted) -> Outcome:
        """Write to every row what it has already, as far as that may be."""
        relation = self.reading.relations[planted.target]
        if not self._may(relation, "update"):
            return _REFUSED
        written = [name for name in self._columns(relation, "update") if name not in planted.fixed]
        readable = [name for name in written if name in self._columns(relation, "select")]
        # Of a column that may be written and not be read: what the row of a tenant has.
        if not written:
            # The columns that it may write are those that nobody may but the server.
            return _REFUSED
        name = next(iter(readable or written))
        text = planted.values[Tenant.A].get(name)
        value: sql.Composable = ident(name)
        if not readable and text is not None:
            value = compose("{}::text::{}", literal(text), raw_sql(planted.types[name]))
        statement = compose("update {} set {} = {}", ident(*planted.target), ident(name), value)
        return self._touching(planted, statement)

    def delete(self, planted: Planted) -> Outcome:
        """Delete every row."""
        if not self._may(self.reading.relations[planted.target], "delete"):
            return _REFUSED
        return self._touching(planted, compose("delete from {}", ident(*planted.target)))

    def execute(self, call: Call) -> Outcome:
        """Call a function for the own tenant, if the role may."""
        routine = self.reading.routines.get(call.signature)
        may = routine is not None and self.session.role in routine.callers
        if not may or not self.reading.enters(self.session.role, call.name[0]):
            return _REFUSED
        query = compose("select x from {} as x", call.sql(self.session.tenant or Tenant.A))
        return self._try(lambda: self._read(query, returns_rows=call.returns_rows))

    def _may(self, relation: Relation, verb: str) -> bool:
        """Return whether the server says that the role has the privilege; where not, there is nothing to try."""
        held = verb in relation.held.get(self.session.role, ()) or self._columns(relation, verb)
        return bool(held) and self.reading.enters(self.session.role, relation.name[0])

    def _columns(self, relation: Relation, verb: str) -> Collection[str]:
        if verb in relation.held.get(self.session.role, ()):
            return relation.columns
        held = relation.columns_held.get(verb, {}).get(self.session.role, frozenset())
        return [name for name in relation.columns if name in held]

    def _try(self, act: Callable[[], Outcome]) -> Outcome:
        try:
            with self.connection.transaction(force_rollback=True):
                return act()
        except errors.InsufficientPrivilege:
            return _REFUSED
        except psycopg.Error:
            return frozenset({Reached.FAILED})

    def _read(self, rows: sql.Composable, *, returns_rows: bool = True) -> Outcome:
        begin(self.connection, self.session)
        found = self.connection.execute(_counted(rows)).fetchone() or (0, 0, 0, 0)
        every, something, *theirs = found
        by_tenant = dict(zip(Tenant, theirs, strict=True))
        if not returns_rows and not any(theirs):
            return frozenset({Reached.DONE} if something else ())
        return self._whose({tenant for tenant in Tenant if by_tenant[tenant]}, every > sum(theirs))

    def _insert(self, planted: Planted, tenant: Tenant) -> Outcome:
        table, place = planted.places[tenant]
        disturb_nothing(self.connection)
        removal = "delete from {} where tableoid = {} and ctid = {}::tid"
        self.connection.execute(compose(removal, ident(*planted.relation), literal(table), literal(place)))
        disturb_as_usual(self.connection)
        begin(self.connection, self.session)
        may = self._columns(self.reading.relations[planted.target], "insert")
        values = {name: text for name, text in planted.values[tenant].items() if name in may} if may else {}
        self.connection.execute(insertion(planted.target, values or planted.values[tenant], planted.types))
        return self._whose({tenant}, is_more=False)

    def _touching(self, planted: Planted, statement: sql.Composed) -> Outcome:
        if planted.bucket is not None:
            statement = compose("{} where bucket_id = {}", statement, literal(planted.bucket))
        try:
            with self.connection.transaction(force_rollback=True):
                return self._touched(planted, statement)
        except _BY_A_RULE:
            # Whoever could delete what others refer to can delete what nobody refers to.
            return self._try(partial(self._touched, planted, statement, undisturbed=True))
        except errors.InsufficientPrivilege:
            return _REFUSED
        except psycopg.Error:
            return frozenset({Reached.FAILED})

    def _touched(self, planted: Planted, statement: sql.Composed, *, undisturbed: bool = False) -> Outcome:
        if undisturbed:
            disturb_nothing(self.connection)
        begin(self.connection, self.session)
        count = self.connection.execute(statement).rowcount
        self.connection.execute("reset role")
        # What was deleted is gone, and what was updated is elsewhere.
        asked = sql.SQL(", ").join(_is_in_place(planted, tenant) for tenant in Tenant)
        in_place = self.connection.execute(compose("select {}", asked)).fetchone() or ()
        touched = {tenant for tenant, stays in zip(Tenant, in_place, strict=True) if not stays}
        return self._whose(touched, count > len(touched))

    def _whose(self, tenants: Collection[Tenant], is_more: bool) -> Outcome:  # noqa: FBT001 - of counts
        found = {Reached.OWN if tenant is self.session.tenant else Reached.OTHERS for tenant in tenants}
        return frozenset({*found, *([Reached.FURTHER] if is_more else [])})


def _is_in_place(planted: Planted, tenant: Tenant) -> sql.Composed:
    table, place = planted.places[tenant]
    query = "exists (select from {} where tableoid = {} and ctid = {}::tid)"
    return compose(query, ident(*planted.relation), literal(table), literal(place))


def _counted(rows: sql.Composable) -> sql.Composed:
    """Return the query that counts rows, those that say something, and those that name each tenant."""
    marks = [
        sql.SQL(" or ").join(compose("pg_catalog.strpos(q::text, {}) > 0", literal(text)) for text in tenant.marks)
        for tenant in Tenant
    ]
    says = sql.SQL("q::text not in ('()', '(f)', '(\"\")')")
    counted = sql.SQL(", ").join(compose("count(*) filter (where {})", each) for each in (says, *marks))
    return compose("select count(*), {} from ({}) as q", counted, rows)


def _together(came: list[Outcome]) -> Outcome:
    """Return what came of several trials as of one: what was refused beside what worked is told by what is missing."""
    found = frozenset[Reached]().union(*came)
    reached = found - {Reached.REFUSED, Reached.FAILED}
    return reached or found


def things(
    relation: Relation, planted: Mapping[tuple[str, ...], Planted]
) -> list[tuple[Thing, Planted | None, frozenset[str]]]:
    """Return what of a relation is tried, and how it is written to: itself; if it holds files, those of each bucket."""
    writing = frozenset(READ_AND_WRITE[1:])
    buckets = [each for each in planted.values() if each.relation == relation.name and each.bucket is not None]
    if buckets:
        return [(Thing("files of bucket", str(each.bucket)), each, writing) for each in buckets]
    if relation.kind != "view":
        return [(relation.thing, planted.get(relation.name), writing)]
    beneath = planted.get(relation.asks[0].relation) if len(relation.asks) == 1 else None
    return [(relation.thing, beneath.through(relation) if beneath else None, relation.passes)]

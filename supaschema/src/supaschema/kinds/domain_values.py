"""Values that a domain has to take: what is locked while the server reads them, and those that forbid it."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from supaschema.core.model import Hazard, HazardNote, Lock, LockMode, ObjectId, Precondition
from supaschema.core.sqltext import Name, compose, ident, literal, raw_sql, relation_name
from supaschema.kinds.base import Context
from supaschema.kinds.context import Held

_NONE = Held()


def held(id: ObjectId, context: Context) -> Held:
    """Return where values of a domain are, of which the object's name begins with the domain's; a new one has none."""
    domain = ObjectId("domain", id.name[:2])
    return _NONE if domain in context.fresh else context.held.get(domain.name, _NONE)


def locks(found: Held) -> tuple[Lock, ...]:
    """Return the locks that the server takes to read the values."""
    tables = dict.fromkeys(relation_name(column) for column in found.columns)
    return tuple(Lock(table, LockMode.SHARE, scans=True) for table in sorted(tables))


def notes(found: Held) -> tuple[HazardNote, ...]:
    """Return what that means for those who write, and that of some tables nobody looked at the values before."""
    tables = ", ".join(lock.relation for lock in locks(found))
    if not tables:
        return ()
    said = [f"Reads all of {tables}; nobody writes to it meanwhile."]
    others = ", ".join(sorted({relation_name(column) for column in found.strange}))
    said += [f"Values in {others} were not looked at beforehand: it is of another role."] if others else []
    return tuple(HazardNote(Hazard.BLOCKS_WRITERS, text) for text in said)


def against(column: Name, check: str | None) -> sql.Composed:
    """Return the query for values of a column that a check forbids; without one, that are NULL."""
    value, table = ident(column[2]), ident(*column[:2])
    if check is None:
        return compose("select * from only {} where {} is not distinct from null", table, value)
    rows = compose('(select {} as "value" from only {}) as held', value, table)
    return compose("select * from {} where not ({})", rows, raw_sql(check))


def preconditions(id: ObjectId, found: Held, what: str, check: str | None) -> Iterator[Precondition]:
    """Yield what must not be found before the server is asked to hold all values of a domain against something.

    Args:
        id: The domain, or its check.
        found: Where its values are.
        what: What is to hold, in words.
        check: The check; None: it is NOT NULL.

    """
    for column in found.columns:
        if column not in found.strange:
            reason = f"values of {'.'.join(column)} break {what} of domain {relation_name(id.name)}"
            yield Precondition(reason, against(column, check))
    if found.within:
        yield Precondition(
            f"columns hold domain {relation_name(id.name)} within arrays, rows or ranges, where the server proves "
            f"nothing of it: {what} has to wait until they are gone{'' if check is None else ', or is declared with '}"
            f"{'' if check is None else 'validated=False'}",
            compose("select unnest({}::text[])", literal(list(found.within))),
            shows_rows=True,
        )

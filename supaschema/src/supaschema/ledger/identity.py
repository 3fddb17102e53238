"""Which database a ledger speaks of, which stacks are in it, and how a copy becomes a database of its own."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from supaschema.core.errors import OwnershipError
from supaschema.core.urn import Urn, prefix_of
from supaschema.database.connect import Connection, Server
from supaschema.database.session import hold_briefly


@dataclass(frozen=True, slots=True)
class Resource:
    """What the ledger holds of one resource: how many objects, and how many of them the resource made."""

    urn: str
    objects: int
    made: int

    @property
    def stack(self) -> str:
        """The stack of its URN."""
        return Urn.parse(self.urn).stack

    def is_of(self, stack: str) -> bool:
        """Return whether it belongs to a stack, given as `STACK` or as `STACK::PROJECT`."""
        return Urn.parse(self.urn).is_of(stack)


def exists(connection: Connection) -> bool:
    """Return whether there is a ledger."""
    # Looked up in the catalog's rows: to_regclass may answer from a cache that is older than a lock just waited for.
    row = connection.execute(
        "select exists (select from pg_catalog.pg_tables where schemaname = 'supaschema' and tablename = 'objects')"
    ).fetchone()
    return bool(row and row[0])


def relation(connection: Connection) -> sql.Composable:
    """Return what this role reads the ledger from: its table, or the view for roles that only read."""
    row = connection.execute(
        """
        select pg_catalog.has_table_privilege(c.oid, 'select')
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'supaschema' and c.relname = 'objects'
        """
    ).fetchone()
    return sql.Identifier("supaschema", "objects" if row and row[0] else "recorded")


def version(connection: Connection) -> int:
    """Return the ledger's version; 0: there is none."""
    row = connection.execute(
        """
        select coalesce(substring(pg_catalog.obj_description(n.oid, 'pg_namespace') from 'version ([0-9]+)'), '1')
          from pg_catalog.pg_namespace n join pg_catalog.pg_class c on c.relnamespace = n.oid
         where n.nspname = 'supaschema' and c.relname = 'objects'
        """
    ).fetchone()
    return int(row[0]) if row else 0


def speaks_of(connection: Connection, server: Server) -> bool:
    """Return whether the ledger speaks of this database, and not of one that this is a copy of.

    Where this role, or the one that made the ledger, may not ask for the server's identifier, the database's alone
    must do.
    """
    row = connection.execute(
        "select nullif(system_identifier, 'None'), database_oid from supaschema.identity"
    ).fetchone()
    if row is None:
        return True
    identifier, oid = row
    known = None not in (identifier, server.system_identifier)
    return bool(oid == server.database_oid) and (identifier == server.system_identifier or not known)


def check(connection: Connection, server: Server) -> None:
    """Refuse a copy.

    Raises:
        OwnershipError: The ledger speaks of another database; the remedy is the command that claims it.

    """
    if speaks_of(connection, server):
        return
    stacks = sorted({resource.stack for resource in resources(connection)})
    commands = " or ".join(f"`python -m supaschema claim --from {shlex.quote(stack)}`" for stack in stacks or ["STACK"])
    raise OwnershipError(
        "the ledger speaks of another database: this one is a copy.",
        where=server.database,
        remedy=f"Nothing was changed. If it shall be managed on its own, run {commands}, with `--to STACK` where "
        "another stack is to manage it.",
    )


def resources(connection: Connection) -> tuple[Resource, ...]:
    """Return the resources in the ledger."""
    query = sql.SQL("select urn, count(*), count(*) filter (where made) from {} group by urn order by urn")
    rows = connection.execute(query.format(relation(connection)))
    return tuple(Resource(*row) for row in rows)


def objects_of(connection: Connection, urn: str) -> tuple[str, ...]:
    """Return the keys of a resource's objects, in their order."""
    rows = connection.execute("select object from supaschema.objects where urn = %s order by object", [urn])
    return tuple(row[0] for row in rows)


def reassign(connection: Connection, objects: Sequence[str], source: str, target: str) -> None:
    """Make objects of one resource those of another; what they were before comes with them.

    Args:
        connection: Whose role may write the ledger.
        objects: Their keys.
        source: The URN of the resource that they are recorded under.
        target: The URN of the one that declares them now.

    """
    connection.execute(
        "update supaschema.objects set urn = %s, generation ="
        " coalesce((select max(o.generation) from supaschema.objects as o where o.urn = %s), 0)"
        " where urn = %s and object = any (%s)",
        [target, target, source, list(objects)],
    )


def relabel(connection: Connection, server: Server, source: str, target: str) -> None:
    """Make the ledger speak of this database, and a stack's resources those of another stack (or the same).

    Either both stacks are told with their projects, `STACK::PROJECT`, or neither is.

    Raises:
        OwnershipError: The other stack has resources of the same names in this ledger.

    """
    old, new = prefix_of(source), prefix_of(target)
    with connection.transaction():
        hold_briefly(connection)
        connection.execute("lock table supaschema.objects in share row exclusive mode")
        known = {resource.urn for resource in resources(connection)}
        taken = sorted(urn for urn in known if urn.startswith(old) and new + urn.removeprefix(old) in known)
        if taken and old != new:
            raise OwnershipError(
                f"stack {target} has resources of the same names in this ledger: {', '.join(taken)}.",
                where=server.database,
                remedy="Nothing was changed. Name another stack with --to.",
            )
        connection.execute(
            "update supaschema.identity set system_identifier = %s, database_oid = %s",
            [server.system_identifier, server.database_oid],
        )
        connection.execute(
            "update supaschema.objects set urn = %s || substr(urn, %s) where starts_with(urn, %s)",
            [new, len(old) + 1, old],
        )

"""What a query would run that is not a view yet: it is made one for a moment, so that the server's own rule tells."""

from __future__ import annotations

import re

import psycopg

from supaschema.core.errors import OwnershipError
from supaschema.core.model import ObjectId
from supaschema.core.sqltext import compose, ident, raw_sql
from supaschema.database import queried
from supaschema.database.commands import run_one
from supaschema.database.connect import Connection
from supaschema.engine import strange_literals
from supaschema.kinds.base import SqlField

_NAME = "supaschema_asked"
_TEMPORARY = re.compile(rf"view (?:pg_temp_\d+\.)?{_NAME}\b")


def require_own(connection: Connection, id: ObjectId, query: SqlField) -> None:
    """Refuse a query that would run something of others, however its text writes that.

    What it names that the same plan makes is not there to be looked at: such a text is held against its names alone.

    Args:
        connection: Any connection.
        id: What the query is of.
        query: Its text.

    Raises:
        OwnershipError: Naming what it calls or reads, and whose that is.

    """
    if strange_literals.running(connection, (query,)):
        raise OwnershipError(
            "its query names or reads a type with a check that other roles decide over: that would run with your "
            "rights.",
            where=str(id),
            remedy="Nothing was changed. If it is meant, have the type and what its check calls handed over (alter ... "
            "owner to the deploying role); else take it out of the query.",
        )
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("set local lock_timeout = '1s'")
            run_one(connection, compose("create temporary view {} as {}", ident(_NAME), raw_sql(query.text)))
            row = connection.execute(
                "select n.nspname from pg_catalog.pg_namespace n where n.oid = pg_catalog.pg_my_temp_schema()"
            ).fetchone()
            assert row is not None
            queried.require_own(connection, {(str(row[0]), _NAME)})
    except OwnershipError as error:
        raise OwnershipError(_TEMPORARY.sub(str(id), error.what), where=str(id), remedy=error.remedy) from None
    except psycopg.Error:
        return

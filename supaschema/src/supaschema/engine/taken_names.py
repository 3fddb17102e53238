"""Names that a rename is to give and that something else has already. Names no kind."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.model import Facts
from supaschema.core.sqltext import compose, literal
from supaschema.database.connect import Connection
from supaschema.engine.renames import Renames, name_is_taken


def require_free(connection: Connection, renames: Renames, live: Facts) -> None:
    """Refuse renames whose new names are taken.

    Args:
        connection: For asking the server, in one query.
        renames: What would be renamed. What one of them moves out of another's way has no name in its way.
        live: What there is, as it is called afterwards.

    Raises:
        DependencyError: Naming what has the name.

    """
    kinds = renames.kinds
    # As each is at last.
    last = [live[Renames(renames.pairs[place + 1 :], kinds).id(it.new)] for place, it in enumerate(renames.pairs)]
    leaving = {pair.old for pair in renames.pairs}
    left = {kinds[it.old.kind].relation(it.old, now) for it, now in zip(renames.pairs, last, strict=True)} - {None}
    queries = {}
    for place, pair in enumerate(renames.pairs):
        kind = kinds[pair.new.kind]
        if not pair.is_ours or pair.new in leaving or kind.relation(pair.new, last[place]) in left:
            continue
        # Its table may still have another name.
        before = Renames(renames.pairs[:place], kinds).reversed
        query = kind.taken(before.id(pair.new), last[place])
        if query is not None:
            queries[place] = query
    if not queries:
        return
    parts = [compose("select {}, q.* from ({}) q", literal(place), query) for place, query in queries.items()]
    row = connection.execute(sql.SQL(" union all ").join(parts)).fetchone()
    if row is not None:
        raise name_is_taken(renames.pairs[row[0]], row[1])

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
    leaving, kinds = {pair.old for pair in renames.pairs}, renames.kinds
    queries = {}
    for place, pair in enumerate(renames.pairs):
        if not pair.is_ours or pair.new in leaving:
            continue
        # Its table may still have, and may be given once more, another name.
        before, after = (Renames(pairs, kinds) for pairs in (renames.pairs[:place], renames.pairs[place + 1 :]))
        query = kinds[pair.new.kind].taken(before.reversed.id(pair.new), live[after.id(pair.new)])
        if query is not None:
            queries[place] = query
    if not queries:
        return
    parts = [compose("select {}, q.* from ({}) q", literal(place), query) for place, query in queries.items()]
    row = connection.execute(sql.SQL(" union all ").join(parts)).fetchone()
    if row is not None:
        raise name_is_taken(renames.pairs[row[0]], row[1])

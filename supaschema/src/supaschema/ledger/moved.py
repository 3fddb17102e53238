"""What the ledger and the archive know of an object follows it to its new name."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from psycopg.types.json import Jsonb

from supaschema.core.model import Definition, ObjectId
from supaschema.database.connect import Connection


def write(
    connection: Connection,
    ids: Mapping[ObjectId, ObjectId],
    relations: Mapping[str, str],
    before: Mapping[ObjectId, Definition],
) -> None:
    """Enter new names.

    Args:
        connection: In the transaction of the renames.
        ids: Objects that the ledger holds, each with its new name; what it holds under that name is out of date.
        relations: Tables, each with its new name, both as `schema.name`.
        before: By new name, what objects were before this stack, where names in it are others now.

    """
    if ids:
        keys = [new.key for new in ids.values()]
        connection.execute("delete from supaschema.objects where object = any(%s)", [keys])
        connection.execute(
            "update supaschema.objects o set object = r.new"
            "  from jsonb_to_recordset(%s) r(old text, new text) where o.object = r.old",
            [Jsonb([{"old": old.key, "new": new.key} for old, new in ids.items()])],
        )
    if before:
        rows = [{"object": id.key, "before": definition} for id, definition in before.items()]
        connection.execute(
            "update supaschema.objects o set before = r.before"
            "  from jsonb_to_recordset(%s) r(object text, before jsonb) where o.object = r.object",
            [Jsonb(rows, dumps=msgspec.json.encode)],
        )
    for old, new in relations.items():
        connection.execute(
            "update supaschema.backfills b set relation = %(new)s where b.relation = %(old)s"
            " and not exists (select from supaschema.backfills o where o.relation = %(new)s)",
            {"old": old, "new": new},
        )
        # What the archive has under the new name is of another table, and stays that one's.
        for table in ("columns", "column_values"):
            connection.execute(_FOLLOW[table], {"old": old, "new": new})


_FOLLOW = {
    "columns": "update supaschema_archive.columns set relation = %(new)s where relation = %(old)s"
    " and not exists (select from supaschema_archive.columns o where o.relation = %(new)s)",
    "column_values": "update supaschema_archive.column_values set relation = %(new)s where relation = %(old)s"
    " and not exists (select from supaschema_archive.column_values o where o.relation = %(new)s)",
}

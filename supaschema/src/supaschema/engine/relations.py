"""Relations that have to be there before anything of a plan is run."""

from __future__ import annotations

from collections.abc import Iterable

from supaschema.core.errors import ApplyError
from supaschema.core.model import ObjectId
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Intent


def require_relations(connection: Connection, intent: Intent, kinds: Kinds) -> None:
    """Refuse where what is declared needs a relation that is not there and that it does not make itself.

    Raises:
        ApplyError: Naming the first of them, and what needs it.

    """
    made = {id.name for id, wanted in intent.desired.items() if wanted and not kinds[id.kind].parents(id)}
    needed: dict[tuple[str, ...], ObjectId] = {}
    for id, definition in intent.declared.items():
        for name in kinds[id.kind].needs(id, definition):
            if name not in made:
                needed.setdefault(name, id)
    for name in _absent(connection, needed):
        id = needed[name]
        what = f"there is no relation {'.'.join(name)}."
        remedy = "Correct the name, or make it first: where another resource makes it, name that in depends_on."
        if name != id.name[:2]:
            remedy += " Of two tables that name each other, give one its foreign key by a TablePatch after both."
        raise ApplyError(what, where=str(id), remedy=remedy)


def _absent(connection: Connection, names: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return those of the names (schema and relation) that the database has nothing by."""
    wanted = list(names)
    if not wanted:
        return []
    query = """
        select u.schema_name, u.name from unnest(%s::text[], %s::text[]) as u(schema_name, name)
         where not exists (
                 select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = u.schema_name and c.relname = u.name)
    """
    return list(connection.execute(query, [[schema for schema, _ in wanted], [name for _, name in wanted]]))

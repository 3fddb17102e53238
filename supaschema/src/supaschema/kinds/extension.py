"""Extensions: made from what the server has, moved where that is possible, and dropped while nothing needs them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from supaschema.core.model import Definition, Hazard, HazardNote, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident
from supaschema.kinds import extension_preconditions as forbidding
from supaschema.kinds.base import Context, Family, Kind
from supaschema.kinds.comments import commented


class Extension(Definition, frozen=True, kw_only=True):
    """An extension.

    Attributes:
        schema: The schema that its objects are in; None: where its control file says.
        comment: Its comment; empty: none. What says nothing of it keeps it.
        version: Its version, which is nobody's to declare. No property to compare.
        tables: Its tables that hold rows of their own, which go with it. No property to compare.

    """

    schema: str | None = None
    comment: str | None = None
    version: str | None = None
    tables: tuple[str, ...] = ()


class ExtensionKind(Kind[Extension]):
    """Extensions, named `(extension,)`; not those that every database has from its beginning."""

    name = "extension"
    definition = Extension
    family = Family.DATABASE
    addressed = True
    query = """
        select array[e.extname]::text[],
               pg_catalog.jsonb_build_object(
                 'schema', n.nspname,
                 'comment', coalesce(pg_catalog.obj_description(e.oid, 'pg_extension'), ''),
                 'version', e.extversion,
                 'tables', coalesce((
                    select pg_catalog.jsonb_agg(pg_catalog.concat(cn.nspname, '.', c.relname)
                             order by cn.nspname collate "C", c.relname collate "C")
                      from pg_catalog.pg_depend d
                      join pg_catalog.pg_class c on c.oid = d.objid and c.relkind in ('r', 'p')
                      join pg_catalog.pg_namespace cn on cn.oid = c.relnamespace
                     where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.refobjid = e.oid
                       and d.classid = 'pg_catalog.pg_class'::regclass and d.deptype = 'e'), '[]')),
               'pg_catalog.pg_extension'::regclass::oid, e.oid, 0
          from pg_catalog.pg_extension e
          join pg_catalog.pg_namespace n on n.oid = e.extnamespace
         where e.oid >= 16384 and {scope}
    """

    def create(self, id: ObjectId, new: Extension, context: Context) -> Steps:
        """Create it, in the version that the server prefers."""
        query = compose("create extension {}", ident(*id.name))
        if new.schema is not None:
            query = compose("{} with schema {}", query, ident(new.schema))
        note = HazardNote(
            Hazard.AUTHZ_UPDATE,
            f"What extension {id.name[0]} brings is open to whom its script opens it: functions mostly to everybody.",
        )
        comment = (_comment_on(id, new.comment),) if new.comment is not None else ()
        return Steps((Statement(query, hazards=(note,)), *comment), (forbidding.of_creation(id, new.schema),))

    def alter(self, id: ObjectId, old: Extension, new: Extension, context: Context) -> Steps:
        """Move it to another schema, and change the comment."""
        statements = [*_moved(id, old, new)]
        unfit = (forbidding.of_move(id),) if statements else ()
        if old.comment != new.comment:
            statements.append(_comment_on(id, new.comment))
        return Steps(tuple(statements), unfit)

    def drop(self, id: ObjectId, old: Extension, context: Context) -> Steps:
        """Drop it with all that its script made; the server refuses while anything else needs that."""
        called = f"extension {id.name[0]}"
        notes = [HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, f"Whoever calls what {called} brought fails.")]
        if old.tables:
            rows = f"Rows of {', '.join(old.tables)} are lost with {called}: the archive keeps none of them."
            notes.append(HazardNote(Hazard.DELETES_DATA, rows))
        query = compose("drop extension {}", ident(*id.name))
        return Steps((Statement(query, hazards=tuple(notes)),), (forbidding.of_drop(id),))

    def brings_into(self, definition: Extension) -> str | None:
        """Return the schema of its objects."""
        return definition.schema

    def references(self, id: ObjectId, definition: Extension) -> tuple[ObjectId, ...]:
        """Return its schema."""
        return (ObjectId("schema", (definition.schema,)),) if definition.schema is not None else ()

    def stands_on(self, id: ObjectId, definition: Extension) -> tuple[tuple[str, ...], ...]:
        """Return it and its schema."""
        own = ("extension", id.name[0])
        return (own, ("schema", definition.schema)) if definition.schema is not None else (own,)

    def recreatable(self, definition: Extension) -> bool:
        """Its tables hold rows, and what was granted on its objects is nowhere else."""
        return False

    def structure(self, definition: Extension) -> Definition:
        """Return all but what the server decides."""
        return msgspec.structs.replace(definition, version=None, tables=())

    def comparable(self, definition: Extension) -> Extension:
        """Return it without its version, which another server has otherwise."""
        return msgspec.structs.replace(definition, version=None, tables=())

    def resolve(self, id: ObjectId, declared: Extension, live: Extension | None, context: Context) -> Extension:
        """Keep what the declaration says nothing of."""
        if live is None:
            return declared
        return Extension(
            schema=declared.schema if declared.schema is not None else live.schema,
            comment=declared.comment if declared.comment is not None else live.comment,
            version=live.version,
            tables=live.tables,
        )


def _moved(id: ObjectId, old: Extension, new: Extension) -> Iterator[Statement]:
    if old.schema == new.schema or new.schema is None:
        return
    what = (
        f"Texts of functions and programs that name what extension {id.name[0]} brings in schema {old.schema}, or find "
        "it there by their search_path, do not follow it."
    )
    query = compose("alter extension {} set schema {}", ident(*id.name), ident(new.schema))
    yield Statement(query, hazards=(HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what),))


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("extension {}", ident(*id.name)), comment)

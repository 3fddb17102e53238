"""Publications: what is told to subscribers of the rows of tables. The tables and schemas are kinds of their own."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Hazard, HazardNote, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident, literal
from supaschema.kinds.base import Context, Family, Kind
from supaschema.kinds.comments import commented
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.publication_identity import published_alike, without_identity

OPERATIONS = ("insert", "update", "delete", "truncate")
"""What may be published, in the server's order."""


class Publication(Definition, frozen=True, kw_only=True):
    """A publication's own properties.

    Attributes:
        all_tables: Whether it publishes every table of the database, those that are made later too.
        operations: What it publishes of them, in the order of `OPERATIONS`.
        via_partition_root: Whether a partition's rows are published as its partitioned table's.
        generated: Which generated columns are published: `n` none, `s` those that are stored. Kept; None: not said.
        owner: The role that owns it. What says nothing of it keeps it.
        comment: Its comment.

    """

    all_tables: bool = False
    operations: tuple[str, ...] = OPERATIONS
    via_partition_root: bool = False
    generated: str | None = None
    owner: str | None = None
    comment: str | None = None


class PublicationKind(Kind[Publication]):
    """Publications, named `(publication,)`."""

    name = "publication"
    definition = Publication
    family = Family.DATABASE
    addressed = True
    query = """
        select array[p.pubname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'all_tables', p.puballtables,
                 'operations', (
                    select coalesce(pg_catalog.jsonb_agg(o.name order by o.place), '[]')
                      from (values (1, p.pubinsert, 'insert'), (2, p.pubupdate, 'update'), (3, p.pubdelete, 'delete'),
                                   (4, p.pubtruncate, 'truncate')) as o(place, is_published, name)
                     where o.is_published),
                 'via_partition_root', p.pubviaroot,
                 'generated', pg_catalog.to_jsonb(p) ->> 'pubgencols',
                 'owner', pg_catalog.pg_get_userbyid(p.pubowner),
                 'comment', pg_catalog.obj_description(p.oid, 'pg_publication'))),
               'pg_catalog.pg_publication'::regclass::oid, p.oid, 0
          from pg_catalog.pg_publication p
         where {scope}
    """

    def create(self, id: ObjectId, new: Publication, context: Context) -> Steps:
        """Create it; its tables follow one by one."""
        every = " for all tables" if new.all_tables else ""
        query = compose("create publication {}{}", ident(*id.name), sql.SQL(every))
        options = [*_options(None, new)]
        if options:
            query = compose("{} with ({})", query, sql.SQL(", ").join(options))
        notes = (_told_of_all(id), *_failing_everywhere(None, new)) if new.all_tables else ()
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        return Steps((Statement(query, hazards=notes), *comment, *_given(id, None, new, context)))

    def alter(self, id: ObjectId, old: Publication, new: Publication, context: Context) -> Steps | None:
        """Change what it publishes in place; None where it comes to publish all tables, or no longer does."""
        if old.all_tables != new.all_tables:
            return None
        statements: list[Statement] = []
        options = [*_options(old, new)]
        if options:
            query = compose("alter publication {} set ({})", ident(*id.name), sql.SQL(", ").join(options))
            statements.append(Statement(query, hazards=tuple(_altered(id, old, new, context))))
        if old.comment != new.comment:
            statements.append(_comment_on(id, new.comment))
        return Steps((*statements, *_given(id, old, new, context)))

    def drop(self, id: ObjectId, old: Publication, context: Context) -> Steps:
        """Drop it, with what it says of tables and schemas."""
        what = f"Whoever subscribes to publication {id.name[0]} is told nothing more, and fails when it next asks."
        notes = (HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what),)
        return Steps((Statement(compose("drop publication {}", ident(*id.name)), hazards=notes),))

    def stands_on(self, id: ObjectId, definition: Publication) -> tuple[tuple[str, ...], ...]:
        """Return the publication."""
        return (("publication", id.name[0]),)

    def resolve(self, id: ObjectId, declared: Publication, live: Publication | None, context: Context) -> Publication:
        """Keep what the declaration says nothing of."""
        if live is None:
            return declared
        owner = declared.owner if declared.owner is not None else live.owner
        generated = declared.generated if declared.generated is not None else live.generated
        return msgspec.structs.replace(declared, owner=owner, generated=generated)


def _options(old: Publication | None, new: Publication) -> Iterator[sql.Composable]:
    usual = old or Publication()
    if usual.operations != new.operations:
        yield compose("publish = {}", literal(", ".join(new.operations)))
    if usual.via_partition_root != new.via_partition_root:
        yield compose("publish_via_partition_root = {}", literal(new.via_partition_root))
    if new.generated is not None and (usual.generated or "n") != new.generated:
        yield compose("publish_generated_columns = {}", sql.SQL("none" if new.generated == "n" else "stored"))


def _altered(id: ObjectId, old: Publication, new: Publication, context: Context) -> Iterator[HazardNote]:
    lost = [name for name in old.operations if name not in new.operations]
    if lost:
        what = f"Whoever subscribes to publication {id.name[0]} is no longer told of {', '.join(lost)}."
        yield HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what)
    if published_alike(old) != published_alike(new):
        for other in sorted(context.live):
            if other.kind == "publication_table" and other.name[2:] == id.name and other not in context.dropped:
                yield from without_identity(other, context.live[other], new, context)
        yield from _failing_everywhere(old, new)


def _told_of_all(id: ObjectId) -> HazardNote:
    what = f"Whoever may subscribe to publication {id.name[0]} is told the rows of every table, past its policies."
    return HazardNote(Hazard.AUTHZ_UPDATE, what)


def _failing_everywhere(old: Publication | None, new: Publication) -> Iterator[HazardNote]:
    come = published_alike(new) - (published_alike(old) if old is not None else frozenset())
    if new.all_tables and come:
        what = f"Of every table without a primary key or another replica identity, {' and '.join(sorted(come))} fails."
        yield HazardNote(Hazard.CORRECTNESS, what)


def _given(id: ObjectId, old: Publication | None, new: Publication, context: Context) -> Iterator[Statement]:
    return given_to_owner(compose("publication {}", ident(*id.name)), old.owner if old else None, new.owner, context)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("publication {}", ident(*id.name)), comment)

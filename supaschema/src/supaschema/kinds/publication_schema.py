"""Schemas in publications: all of their tables are published, those that come later too."""

from __future__ import annotations

from supaschema.core.model import Definition, Hazard, HazardNote, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident
from supaschema.kinds.base import Context, Family, Kind


class PublicationSchema(Definition, frozen=True, kw_only=True):
    """That a publication publishes all tables of a schema: there is nothing to say of it."""


class PublicationSchemaKind(Kind[PublicationSchema]):
    """Schemas in publications, named `(schema, publication)`."""

    name = "publication_schema"
    definition = PublicationSchema
    family = Family.DATABASE
    parts = 2
    addressed = True
    query = """
        select array[n.nspname, p.pubname]::text[], '{{}}'::jsonb,
               'pg_catalog.pg_publication_namespace'::regclass::oid, m.oid, 0
          from pg_catalog.pg_publication_namespace m
          join pg_catalog.pg_publication p on p.oid = m.pnpubid
          join pg_catalog.pg_namespace n on n.oid = m.pnnspid
         where {scope}
    """

    def create(self, id: ObjectId, new: PublicationSchema, context: Context) -> Steps:
        """Publish its tables."""
        schema, publication = id.name
        told = f"Whoever may subscribe to publication {publication} is told the rows of every table of {schema}"
        fails = (
            f"Where publication {publication} publishes updates and deletes, they fail for each table of {schema} that "
            "has no primary key and no other replica identity, those that are made later too."
        )
        notes = HazardNote(Hazard.AUTHZ_UPDATE, f"{told}, past its policies."), HazardNote(Hazard.CORRECTNESS, fails)
        return Steps((_statement(id, "add", notes),))

    def drop(self, id: ObjectId, old: PublicationSchema, context: Context) -> Steps:
        """Publish them no longer, but for those that it publishes by their names."""
        schema, publication = id.name
        what = f"Whoever subscribes to publication {publication} is no longer told of the tables of {schema}."
        return Steps((_statement(id, "drop", (HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what),)),))

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with the schema, and with the publication."""
        return (ObjectId("schema", id.name[:1]), ObjectId("publication", id.name[1:]))

    def stands_on(self, id: ObjectId, definition: PublicationSchema) -> tuple[tuple[str, ...], ...]:
        """Return the schema, and the publication."""
        return (("schema", id.name[0]), ("publication", id.name[1]))


def _statement(id: ObjectId, verb: str, notes: tuple[HazardNote, ...]) -> Statement:
    query = compose("alter publication {} add tables in schema {}", ident(id.name[1]), ident(id.name[0]))
    if verb == "drop":
        query = compose("alter publication {} drop tables in schema {}", ident(id.name[1]), ident(id.name[0]))
    return Statement(query, hazards=notes)

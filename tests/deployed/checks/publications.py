"""Publications: what they tell to subscribers, and of which tables."""

from __future__ import annotations

from supaschema.kinds.publication import Publication
from supaschema.kinds.publication_schema import PublicationSchema
from supaschema.kinds.publication_table import PublicationTable
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack, named


def publications(stack: Stack) -> Verdict:
    """Each declared publication publishes what is declared, and each declared table is published as deployed."""
    live = stack.by_name("publications", "name")
    wanted = dict(stack.declared.of("publication", Publication))
    found: list[Finding] = []
    for id, item in wanted.items():
        expected = {
            "all_tables": item.all_tables,
            "operations": list(item.operations),
            "via_partition_root": item.via_partition_root,
            "schemas": sorted(
                it.name[0]
                for it, _ in stack.declared.of("publication_schema", PublicationSchema)
                if it.name[1:] == id.name
            ),
        }
        found += differences(f"publication {id.name[0]}", expected, live.get(id.name))
    tables = stack.by_name("published_tables", "schema", "name", "publication")
    published = dict(stack.declared.of("publication_table", PublicationTable))
    for id, table in published.items():
        where = stack.spelled(id, "where") if table.where is not None else None
        what = f"{named(*id.name[:2])} in publication {id.name[2]}"
        found += differences(what, {"columns": sorted(table.columns), "where": where}, tables.get(id.name))
    return Verdict(f"{len(wanted)} publications and {len(published)} tables in them are as deployed", tuple(found))

"""A table that a project made and nobody opened is no finding of a sweep."""

from __future__ import annotations

from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Column, PrimaryKey, Table
from supaschema.drift.accepted import Entry
from supaschema.drift.sweep import Policy, swept
from supaschema.kinds.row_security import CREATED
from supaschema.portable.codec import built
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.objects import managed
from tests.support.sessions import Connection


def found(url: str, policy: Policy | None = None) -> set[str]:
    looking = Managed(Settings(database_url=url))
    try:
        return {item.title for item in swept(looking, KINDS, policy).findings if "closed" in item.title}
    finally:
        looking.close()


def test_a_table_that_is_closed_as_it_was_made_is_no_finding_and_one_that_was_opened_is(
    database: Database, connection: Connection
) -> None:
    table = Table(name="closed", columns=(Column(name="id", type="integer"),), primary_key=PrimaryKey(columns=("id",)))
    with managed(database.url) as objects:
        objects.apply(table)

    assert found(database.url) == set()
    # What a file accepts of it from when that was a finding.
    key = '["row_security", "public", "closed"]'
    earlier = Entry(key, "row security public.closed", built(CREATED), known=CREATED.__struct_fields__)
    assert found(database.url, Policy(accepted={key: earlier})) == set()
    connection.execute("alter table public.closed disable row level security")
    assert found(database.url) == {"row security public.closed"}
    connection.execute("alter table public.closed enable row level security, force row level security")
    assert found(database.url) == {"row security public.closed"}
    connection.execute("alter table public.closed no force row level security; grant select on public.closed to anon")
    assert found(database.url) == {"table grants public.closed"}
    connection.execute("revoke select on public.closed from anon; revoke all on public.closed from current_user")
    assert found(database.url) == {"table grants public.closed"}

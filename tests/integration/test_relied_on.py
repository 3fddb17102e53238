"""A function changes, and what it gave before is in the rows, or decides over them: that is told."""

from __future__ import annotations

import msgspec

from supaschema.core.model import Hazard
from supaschema.declarations import Argument, Function, Volatility
from tests.fixtures.postgres import Database
from tests.support.objects import managed
from tests.support.sessions import Connection

CODE = Function(
    name="code",
    arguments=(Argument(name="value", type="text"),),
    returns="text",
    language="sql",
    volatility=Volatility.IMMUTABLE,
    body="select pg_catalog.lower(value)",
)


def test_what_holds_results_of_a_function_that_changes_is_told(database: Database, connection: Connection) -> None:
    with managed(database.url) as objects:
        objects.apply(CODE)
    connection.execute("""
        create function public.upper_code(value text) returns text language sql immutable
          begin atomic select upper(public.code(value)); end;
        create table public.things (
          id integer primary key, name text check (public.upper_code(name) <> 'X'), plain integer check (plain > 0),
          stored text generated always as (public.code(name)) stored, with_default text default public.code('A'));
        create index things_code on public.things (public.code(name));
        create view public.coded as select public.code(name) from public.things;
        create policy coded on public.things using (public.code(name) = 'a');
        create policy upper_coded on public.things using (public.upper_code(name) = 'A');
        create policy plain on public.things using (plain > 1)
    """)

    with managed(database.url) as objects:
        changed = objects.preview(msgspec.structs.replace(CODE, body="select pg_catalog.upper(value)"))
        commented = objects.preview(msgspec.structs.replace(CODE, comment="Codes."))

    gave = "holds what function public.code(text) gave before it changes: rows that exist"
    assert changed.notes == (
        f"column public.things.stored {gave} keep the old value until they are written.",
        f"constraint public.things.things_name_check {gave} are not checked again.",
        f"index public.things.things_code {gave} are found by the old value until it is rebuilt (reindex).",
    )
    policies = 'policy "coded" on public.things, policy "upper_coded" on public.things'
    asking = f"Other rows than before may be admitted by {policies}, which ask function public.code(text)."
    assert changed.sentences(Hazard.AUTHZ_UPDATE) == (asking,)
    assert commented.notes == ()
    assert commented.sentences(Hazard.AUTHZ_UPDATE) == ()

"""What everybody reaches of planted rows before a change and after it; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest

from localdb.platform import drop_database
from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.core.errors import PreconditionError
from supaschema.database.settings import Settings
from supaschema.review.access.compare import rights_of
from supaschema.review.access.model import Thing
from supaschema.review.access.tries import scratch
from supaschema.review.access.tries.choices import Choice, Choices, common
from supaschema.review.access.tries.outcomes import Reached, Trials, Tried, differing
from supaschema.review.access.tries.planting import disturb_as_usual, disturb_nothing
from supaschema.review.access.tries.run import choices_of, tried
from supaschema.review.access.words import came
from tests.fixtures.postgres import Database, Server, create
from tests.support.catalog import one

_SCHEMA: LiteralString = """
    create schema private;
    grant usage on schema private to authenticated;
    create table public.orgs (id uuid primary key, name text not null unique);
    create table public.people (
      id uuid primary key references auth.users (id), org_id uuid not null references public.orgs,
      role text not null check (role in ('admin', 'reader')), age smallint check (age between 1 and 120)
    );
    create table public.webhook_events (
      id bigint generated always as identity primary key, org_id uuid not null references public.orgs on delete cascade,
      payload jsonb not null, seen_at timestamptz not null default now(), secret varchar(12)
    );
    create function private.org() returns uuid language sql stable security definer
      set search_path = pg_catalog, pg_temp
      as 'select p.org_id from public.people p where p.id = auth.uid()';
    create function private.is_admin() returns boolean language sql stable security definer
      set search_path = pg_catalog, pg_temp
      as 'select exists (select from public.people p where p.id = auth.uid() and p.role = ''admin'')';
    alter table public.orgs enable row level security;
    alter table public.people enable row level security;
    alter table public.webhook_events enable row level security;
    create policy own on public.webhook_events for all to authenticated
      using (org_id = (select private.org()) and (select private.is_admin()));
    revoke all on public.webhook_events, public.orgs, public.people from anon, authenticated, service_role;
    grant select (id, org_id, payload, seen_at), insert, update, delete on public.webhook_events to authenticated;
    grant all on public.orgs, public.people, public.webhook_events to service_role;
    create table public.shapes (id integer primary key, shape int4range not null);
    create view public.listed with (security_invoker = true) as select id, org_id from public.webhook_events;
    grant usage on schema public to worker;
    revoke all on public.listed, public.shapes from anon, authenticated, service_role;
    grant select, delete on public.listed to authenticated;
    insert into storage.buckets (id, name) values ('papers', 'papers');
"""


@pytest.fixture(scope="module")
def before(server: Server) -> Iterator[Database]:
    """A small application in a database to throw away."""
    made = create(server, "test_tries")
    with made.connect() as connection:
        connection.execute("create role worker nologin")
        connection.execute(_SCHEMA)
        scratch.mark(connection)
    yield made
    drop_database(server.superuser_url, made.name)
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute("drop role worker")


ADMINS = "a member of either tenant (people.role admin)"
READERS = "a member of either tenant (people.role reader)"


CHOSEN = (Choice(("public", "people"), "role", ("admin", "reader")),)


def settings(database: Database) -> Settings:
    return Settings(database_url=database.url)


def test_a_database_that_is_not_marked_is_refused(server: Server, before: Database, database_name: str) -> None:
    copy = create(server, database_name, before.name)

    with pytest.raises(PreconditionError, match="is not marked as scratch"):
        tried(settings(copy), ())


def sentences(trials: Trials) -> list[str]:
    return [came(each) for each in trials.otherwise]


@pytest.fixture(scope="module")
def live(before: Database) -> Tried:
    """What comes of all trials before any change."""
    return tried(settings(before), CHOSEN)


def test_members_are_told_apart_by_what_policies_ask(before: Database) -> None:
    found = choices_of(settings(before))

    assert common(found, found) == CHOSEN
    assert common(Choices(every=found.every), found) == CHOSEN
    assert common(Choices(), found) == ()


def test_what_members_reach_is_theirs(live: Tried) -> None:
    events = Thing("table", "public.webhook_events")
    own, others, refused = (frozenset({each}) for each in (Reached.OWN, Reached.OTHERS, Reached.REFUSED))
    verbs = ("select", "insert", "update", "delete")

    def of(session: str) -> list[frozenset[Reached]]:
        return [live.outcomes[session, events, verb] for verb in verbs]

    assert of("a member of tenant B (people.role admin)") == [own] * 4
    assert of("a member of tenant A (people.role reader)") == [frozenset(), refused, frozenset(), frozenset()]
    assert of("service_role") == [others] * 4
    assert of("anon") == [refused] * 4
    assert live.outcomes["service_role", Thing("files of bucket", "papers"), "delete"] == others
    assert live.left_out == {"table public.shapes: no row of it could be made (NotNullViolation)"}


def test_the_catalog_says_what_trials_find(before: Database, live: Tried) -> None:
    found = rights_of(settings(before))
    rights = {(key.role, key.thing) for key in found.allowed if key.verb == "select"}
    closed = {(session, thing) for (session, thing, _), outcome in live.outcomes.items() if not outcome}
    roles = {"anon": "anon", "service_role": "service_role", "worker": "worker"}
    tried_to = {
        (session, thing): outcome
        for (session, thing, verb), outcome in live.outcomes.items()
        if verb == "select" and thing.kind != "files of bucket"
    }

    refused = {key for key, outcome in tried_to.items() if Reached.REFUSED in outcome}
    assert min(len(refused), len(tried_to) - len(refused)) > 10
    for session, thing in tried_to:
        role = roles.get(session, "authenticated")
        allowed = (role, thing) in rights
        # Where no policy admits a row it is granted, and nobody gets anything.
        assert allowed is ((session, thing) not in refused) or (session, thing) in closed, (session, thing)


def test_a_role_that_may_not_switch_triggers_off_plants_with_them(before: Database) -> None:
    with before.connect_superuser() as connection, connection.transaction(force_rollback=True):
        connection.execute("set local role worker")
        disturb_nothing(connection)
        disturb_as_usual(connection)
        assert one(connection, "show session_replication_role") == "origin"
        connection.execute("reset role")
        disturb_nothing(connection)
        assert one(connection, "show session_replication_role") == "replica"
        disturb_as_usual(connection)
        assert one(connection, "show session_replication_role") == "origin"


def test_nothing_of_a_trial_is_kept(before: Database, live: Tried) -> None:
    with before.connect_superuser() as connection:
        assert one(connection, "select count(*) from public.webhook_events") == 0
        assert one(connection, "select count(*) from storage.objects") == 0
    assert tried(settings(before), CHOSEN) == live


_CHANGES: LiteralString = """
    create policy members on public.webhook_events for select to authenticated using (org_id = private.org());
    alter view public.listed reset (security_invoker);
    grant select on public.people to worker;
    create policy w on public.people to worker using (true);
    create policy open on storage.objects for select to anon using (bucket_id = 'papers');
"""


def test_changes_come_out_otherwise(before: Database, live: Tried, database_name: str) -> None:
    after = create(before.server, database_name, before.name)
    with after.connect() as connection:
        scratch.mark(connection)
        connection.execute(_CHANGES)

    own, everybodys = "the own tenant's rows", "other tenants' rows, the own tenant's rows"
    assert sentences(differing(live, tried(settings(after), CHOSEN))) == [
        "anon: select on files of bucket papers: other tenants' rows; before: no row",
        "worker: select on table public.people: other tenants' rows; before: refused",
        f"{READERS}: select on table public.webhook_events: {own}; before: no row",
        f"{ADMINS}: select, delete on view public.listed: {everybodys}; before: {own}",
        f"{READERS}: select, delete on view public.listed: {everybodys}; before: no row",
        "a stranger who is signed in: select, delete on view public.listed: other tenants' rows; before: no row",
    ]


def test_what_cannot_be_planted_any_more_says_nothing(before: Database, live: Tried, database_name: str) -> None:
    after = create(before.server, database_name, before.name)
    with after.connect() as connection:
        scratch.mark(connection)
        connection.execute("alter table public.webhook_events add constraint never check (org_id is null) not valid")

    found = differing(live, tried(settings(after), CHOSEN))

    assert sentences(found) == []
    assert "table public.webhook_events: no row of it could be made (CheckViolation)" in found.left_out


def test_the_command_tries_in_databases_that_are_marked(
    before: Database, database_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    after = create(before.server, database_name, before.name)
    with after.connect() as connection:
        connection.execute("grant select on public.orgs to anon; create policy p on public.orgs to anon using (true)")
        connection.execute(
            "alter policy own on public.webhook_events using (org_id = private.org() and private.is_admin())"
        )

    assert main(["access", before.url, after.url, "--try"]) == Exit.MISSING
    assert f"comment on database \"{after.name}\" is 'supaschema scratch: {after.name}'" in capsys.readouterr().err
    with after.connect() as connection:
        scratch.mark(connection)
    assert main(["access", before.url, after.url, "--try"]) == Exit.FINDINGS
    assert capsys.readouterr().out.splitlines() == [
        "Wider: may be done that could not be done before:",
        "  anon: select on table public.orgs",
        "Changed: wider or narrower, which only a trial tells:",
        (
            "  authenticated: select, insert, update, delete on table public.webhook_events: policy own of "
            "public.webhook_events was changed (by trial: as before)"
        ),
        (
            "  authenticated: select, delete on view public.listed: policy own of public.webhook_events was changed "
            "(by trial: as before)"
        ),
        "Tried: 1 of 8 sessions came out differently",
        "  Reached that was not:",
        "    anon: select on table public.orgs: other tenants' rows; before: refused",
        "Not tried:",
        "  table public.shapes: no row of it could be made (NotNullViolation)",
    ]

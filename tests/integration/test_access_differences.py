"""What becomes allowed, refused or broken by one change of a real database, for each role that it concerns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest

from localdb.platform import DefaultPrivileges, drop_database
from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.review.access.diff import Change, differences
from supaschema.review.access.read import read
from supaschema.review.access.rights import rights
from supaschema.review.access.words import said
from tests.fixtures.postgres import MakeDatabase, Server, create
from tests.support.sessions import Connection

_SCHEMA: LiteralString = """
    create role reporter nologin;
    create schema private;
    grant usage on schema private to authenticated;
    create table public.members (org uuid, person uuid);
    create table public.notes (id serial primary key, org uuid, body text, secret text);
    alter table public.members enable row level security;
    alter table public.notes enable row level security;
    create policy own on public.members for select to authenticated using (person = auth.uid());
    create policy of_org on public.notes for select to authenticated
      using (org in (select m.org from public.members m));
    create policy write on public.notes for insert to authenticated with check (true);
    create view public.listed with (security_invoker = true) as select n.id, n.body from public.notes n;
    create function public.count_notes() returns bigint language sql as 'select count(*) from public.notes';
    create function private.is_admin() returns boolean language sql as 'select false';
    create policy admins on public.notes for delete to authenticated using (private.is_admin());
    grant select (id, org, body), insert, delete on public.notes to authenticated;
    grant usage on sequence public.notes_id_seq to authenticated;
    grant select on public.members, public.listed to authenticated;
    grant execute on function public.count_notes(), private.is_admin() to authenticated;
    insert into storage.buckets (id, name, public) values ('papers', 'papers', false);
"""


@pytest.fixture(scope="module")
def shared(server: Server, template: str) -> Iterator[Connection]:
    """A connection to a database with a small application, in a transaction that ends with the module."""
    database = create(server, "test_access_differences", template, DefaultPrivileges.OPT_IN)
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("set search_path = ''")
        with connection.transaction(force_rollback=True):
            connection.execute(_SCHEMA)
            yield connection
    drop_database(server.superuser_url, database.name)


def changed(connection: Connection, statements: LiteralString, first: LiteralString = "") -> tuple[Change, ...]:
    """Return what statements change; nothing is kept."""
    with connection.transaction(force_rollback=True):
        connection.execute(first)
        before = rights(read(connection))
        connection.execute(statements)
        return differences(before, rights(read(connection)))


def told(changes: tuple[Change, ...]) -> list[str]:
    return [f"{change.direction.value}: {said(change)}" for change in changes]


def test_nothing_changes_where_nothing_is_done(shared: Connection) -> None:
    assert changed(shared, "comment on table public.notes is 'x'") == ()


_OPENED = "alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;"


@pytest.mark.parametrize(
    ("first", "statements", "expected"),
    [
        pytest.param(
            "",
            """
            revoke select on public.notes from authenticated;
            revoke select (id, org, body) on public.notes from authenticated
            """,
            [
                (
                    "narrower: authenticated: select on table public.notes (columns body, id, org): rows "
                    "of public.notes by policies: of_org"
                ),
                (
                    "broken: authenticated: select on view public.listed: authenticated lacks select on table "
                    "public.notes (body, id)"
                ),
                (
                    "frail: authenticated: execute on function public.count_notes(): authenticated lacks select on "
                    "table public.notes"
                ),
            ],
            id="a view's base is taken away from who reads the view as themselves",
        ),
        pytest.param(
            "create role supabase_team",
            "alter role supabase_team createdb login",
            ["wider: supabase_team: is createdb, login"],
            id="a role that is called like the platform's, and is none of them",
        ),
        pytest.param(
            "",
            "revoke select on public.members from authenticated",
            [
                "narrower: authenticated: select on table public.members: rows of public.members by policies: own",
                (
                    "broken: authenticated: select on table public.notes: authenticated lacks select on table "
                    "public.members (org)"
                ),
                (
                    "broken: authenticated: select on view public.listed: authenticated lacks select on table "
                    "public.members (org)"
                ),
            ],
            id="a table that a policy of another one asks is taken away",
        ),
        pytest.param(
            "",
            "revoke execute on function private.is_admin() from authenticated, public",
            [
                "narrower: authenticated: execute on function private.is_admin()",
                (
                    "broken: authenticated: delete on table public.notes: authenticated lacks execute on function "
                    "private.is_admin()"
                ),
            ],
            id="a function that a policy calls is taken away",
        ),
        pytest.param(
            "",
            "revoke all on sequence public.notes_id_seq from authenticated",
            [
                "narrower: authenticated: update, usage on sequence public.notes_id_seq",
                (
                    "frail: authenticated: insert on table public.notes: authenticated lacks usage on sequence "
                    "public.notes_id_seq"
                ),
            ],
            id="a sequence that a default draws from is taken away",
        ),
        pytest.param(
            "",
            "create policy more on public.members for select to authenticated using (org is not null)",
            [
                "wider: authenticated: select on table public.members: policy more of public.members admits rows now",
                *(
                    f"other: authenticated: select on {thing}: policy of_org of public.notes asks public.members, "
                    "which shows other rows now: policy more of public.members admits rows now"
                    for thing in ("table public.notes", "view public.listed")
                ),
            ],
            id="a policy widens what a policy of another table asks",
        ),
        pytest.param(
            "",
            "create or replace function private.is_admin() returns boolean language sql as 'select true'",
            [
                (
                    "other: authenticated: delete on table public.notes: policy admins of public.notes calls "
                    "private.is_admin(), which was changed"
                )
            ],
            id="a function that a policy calls is changed",
        ),
        pytest.param(
            """
            create function private.rank() returns integer language sql as 'select 1';
            create or replace function private.is_admin() returns boolean language plpgsql as
              'begin return private.rank() > 1; end';
            """,
            "create or replace function private.rank() returns integer language sql as 'select 2'",
            [
                (
                    "other: authenticated: delete on table public.notes: policy admins of public.notes calls "
                    "private.rank(), which was changed"
                )
            ],
            id="a function that a function of a policy calls is changed",
        ),
        pytest.param(
            """
            create or replace function private.is_admin() returns boolean language plpgsql as
              'begin return exists (select from public.members); end';
            """,
            "create policy more on public.members for select to authenticated using (org is null)",
            [
                "wider: authenticated: select on table public.members: policy more of public.members admits rows now",
                *(
                    f"other: authenticated: {deed}: policy {policy} of public.notes asks public.members, "
                    "which shows other rows now: policy more of public.members admits rows now"
                    for deed, policy in (
                        ("delete on table public.notes", "admins"),
                        ("select on table public.notes", "of_org"),
                        ("select on view public.listed", "of_org"),
                    )
                ),
            ],
            id="a policy widens what a function of another table's policy asks",
        ),
        pytest.param(
            """
            create table public.audit (note integer);
            revoke all on public.audit from anon, authenticated, service_role;
            grant insert on public.audit to authenticated;
            create function private.note() returns trigger language plpgsql as
              'begin insert into public.audit values (new.id); return new; end';
            create trigger noted after insert on public.notes for each row execute function private.note();
            """,
            "revoke insert on public.audit from authenticated",
            [
                "narrower: authenticated: insert on table public.audit",
                "frail: authenticated: insert on table public.notes: authenticated lacks insert on table public.audit",
            ],
            id="what a trigger writes to is taken away",
        ),
        pytest.param(
            """
            create schema "public.x"; create table "public.x".y (a int); create table public."x.y" (a int);
            revoke all on public."x.y" from anon, authenticated, service_role;
            grant usage on schema "public.x" to anon; grant select on "public.x".y to anon
            """,
            """revoke select on "public.x".y from anon; grant select on public."x.y" to anon""",
            [
                'wider: anon: select on table public."x.y"',
                'narrower: anon: select on table "public.x".y',
            ],
            id="names with dots",
        ),
        pytest.param(
            _OPENED,
            """
            alter default privileges in schema public grant select on tables to anon;
            create table public.news (a int)
            """,
            [
                "wider: anon: select on new tables in public, made by postgres, whenever one is made",
                "wider: anon: select on table public.news: new",
            ],
            id="a default privilege opens a new table",
        ),
        pytest.param(
            _OPENED,
            "alter default privileges in schema public revoke update on sequences from anon, authenticated",
            [
                (
                    "narrower: anon, authenticated: update on new sequences in public, made by postgres, "
                    "whenever one is made"
                )
            ],
            id="a default privilege is taken away",
        ),
        pytest.param(
            "",
            "update storage.buckets set public = true where id = 'papers'",
            ["wider: everybody: read every file of bucket papers whose address is known, without signing in"],
            id="a bucket is made public",
        ),
        pytest.param(
            "",
            "alter function public.count_notes() security definer",
            ["wider: everybody: execute on function public.count_notes(): now with the rights of postgres"],
            id="a function is made security definer",
        ),
        pytest.param(
            "",
            "alter table public.notes disable row level security",
            [
                f"wider: authenticated: {verbs} on {thing}: row level security of public.notes holds back no row any "
                "more"
                for verbs, thing in (("select, delete", "table public.notes"), ("select", "view public.listed"))
            ],
            id="row level security is switched off",
        ),
        pytest.param(
            "",
            "grant authenticated to reporter",
            ["wider: reporter: act as, have all rights of authenticated"],
            id="a membership is granted",
        ),
        pytest.param(
            _OPENED,
            "create view public.open as select id from public.notes; grant select on public.open to anon",
            [
                (
                    "wider: anon: select on view public.open: new; with the rights of postgres, past the row level "
                    "security of public.notes"
                )
            ],
            id="a view with its owner's rights over a protected table",
        ),
        pytest.param(
            _OPENED + "create view public.open as select id from public.notes; grant select on public.open to anon",
            "create or replace view public.open as select id from public.notes where org is null",
            ["other: anon: select on view public.open: it does something else with the rights of postgres"],
            id="another query for a view with its owner's rights",
        ),
        pytest.param(
            _OPENED + "create view public.outer_one as select id from public.listed;"
            "grant select on public.outer_one to anon",
            "grant select on public.notes to anon; create policy p on public.notes for select to anon using (true)",
            [
                "wider: anon: select on table public.notes",
                "wider: anon: select on view public.outer_one: it failed before",
            ],
            id="a view that reads as its reader does so beneath one that does not",
        ),
        pytest.param(
            "",
            "grant select (secret) on public.notes to authenticated",
            [
                (
                    "wider: authenticated: select on table public.notes (column secret): rows of public.notes by "
                    "policies: of_org"
                )
            ],
            id="one column is granted",
        ),
        pytest.param(
            _OPENED + "create table public.whole (a int); grant select on public.whole to anon",
            "alter table public.whole add column b int",
            ["wider: anon: select on table public.whole (column b): new"],
            id="a new column of what is granted as a whole",
        ),
        pytest.param(
            "",
            "alter role reporter createdb login",
            ["wider: reporter: is createdb, login"],
            id="a role's attributes",
        ),
        pytest.param(
            "",
            "alter policy own on public.members rename to mine; grant select (id) on public.notes to authenticated",
            [],
            id="another name for a policy",
        ),
    ],
)
def test_each_change_is_told(
    shared: Connection, first: LiteralString, statements: LiteralString, expected: list[str]
) -> None:
    assert told(changed(shared, statements, first)) == expected


def test_two_databases_are_compared_by_the_command(
    make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = make_database(DefaultPrivileges.OPT_IN), make_database(DefaultPrivileges.OPT_IN)
    with after.connect() as connection:
        connection.execute("create table public.news (a int); revoke all on public.news from service_role")
        connection.execute("revoke all on public.news from anon, authenticated; grant select on public.news to anon")
    monkeypatch.setenv("BEFORE", before.url)

    assert main(["access", "BEFORE", before.url]) == Exit.DONE
    assert capsys.readouterr().out == "Nobody's access changes.\n"
    assert main(["access", "BEFORE", after.url]) == Exit.FINDINGS
    assert capsys.readouterr().out == (
        "Wider: may be done that could not be done before:\n  anon: select on table public.news: new\n"
    )
    assert main(["access", after.url, "BEFORE", "--format", "json"]) == Exit.DONE
    assert json.loads(capsys.readouterr().out)["changes"] == [
        {
            "direction": "narrower",
            "roles": ["anon"],
            "verbs": ["select"],
            "kind": "table",
            "name": "public.news",
            "columns": [],
            "state": "gone",
            "reasons": [],
        }
    ]
    assert main(["access", "BEFORE", "AFTER_IS_NOT_SET"]) == Exit.MISSING
    assert main(["access", "BEFORE", "postgresql://me:hidden@127.0.0.1:1/nowhere"]) == Exit.FAILED
    assert "hidden" not in capsys.readouterr().err

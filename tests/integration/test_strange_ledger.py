"""A ledger that others made, or hung something on, is refused before anything of it runs."""

from __future__ import annotations

import pytest

from supaschema.core.errors import OwnershipError
from supaschema.database.settings import URL_VARIABLE
from supaschema.declarations import Column, TablePatch
from supaschema.ledger.store import SCHEMA_FILE
from tests.fixtures.postgres import Database
from tests.fixtures.roles import login_url
from tests.fixtures.stranger import NAME, Stranger
from tests.support.catalog import one
from tests.support.ledgers import install, read
from tests.support.objects import managed

PATCH = TablePatch(table="jobs", columns=(Column(name="added", type="text"),))

_MADE_BY_A_STRANGER = """
    create or replace function supaschema.archived()
      returns table (relation text, column_name text, coming_back boolean, types jsonb, labels jsonb)
      language plpgsql as 'begin perform strange.note(); return; end';
    create or replace function supaschema.buckets()
      returns table (id text, public boolean, file_size_limit bigint, allowed_mime_types text[]) language plpgsql as
      'begin perform strange.note(); return; end';
    create trigger fired before insert on supaschema.objects for each row execute function strange.fired();
    grant usage on schema supaschema to public;
    grant select, insert, update, delete on all tables in schema supaschema to public;
    grant execute on all functions in schema supaschema to public;
    insert into supaschema.identity (system_identifier, database_oid)
      select null, oid from pg_database where datname = current_database();
"""
_VIEW = """
    alter table supaschema.objects rename to hidden;
    create view supaschema.objects as select * from supaschema.hidden where strange.note();
    grant select, insert, update, delete on supaschema.objects to public;
"""


def make(stranger: Stranger) -> None:
    """Make a ledger as the stranger, open to everybody."""
    stranger.connection.execute(SCHEMA_FILE.read_bytes())
    stranger.connection.execute(_MADE_BY_A_STRANGER)


@pytest.mark.parametrize("as_view", [False, True])
def test_a_ledger_that_another_role_made_is_refused_and_runs_nothing(
    database: Database, stranger: Stranger, *, as_view: bool
):
    make(stranger)
    if as_view:
        stranger.connection.execute(_VIEW)

    with pytest.raises(OwnershipError, match="schema supaschema belongs to stranger"):
        read(database.url)
    with managed(database.url) as objects, pytest.raises(OwnershipError, match="belongs to stranger"):
        objects.apply(PATCH)

    assert stranger.ran() == []


def test_a_superuser_does_not_trust_a_ledger_of_somebody_else_for_passing_every_check(
    database: Database, stranger: Stranger
):
    make(stranger)

    with pytest.raises(OwnershipError, match="belongs to stranger"):
        read(database.superuser_url)

    assert stranger.ran() == []


@pytest.mark.parametrize("role", [NAME, "service_role", "pg_monitor"])
def test_a_login_a_role_of_the_api_and_one_of_the_servers_are_not_trusted_by_who_inherits_them(
    database: Database, stranger: Stranger, role: str
):
    make(stranger)
    stranger.platform.execute(f"grant {role} to postgres".encode())
    for schema in ("supaschema", "supaschema_archive"):
        stranger.platform.execute(f"alter schema {schema} owner to {role}".encode())

    with pytest.raises(OwnershipError, match=f"schema supaschema belongs to {role}"):
        read(database.url)

    assert stranger.ran() == []


def test_half_a_ledger_that_another_role_made_is_refused_before_it_is_completed(database: Database, stranger: Stranger):
    stranger.connection.execute("""
        create schema supaschema_archive;
        create table supaschema_archive.columns (relation text, column_name text default strange.note()::text);
        grant all on schema supaschema_archive to public;
        grant all on supaschema_archive.columns to public;
    """)

    with (
        managed(database.url) as objects,
        pytest.raises(OwnershipError, match="supaschema_archive belongs to stranger"),
    ):
        objects.apply(PATCH)

    assert stranger.ran() == []


def test_a_ledger_that_is_made_between_the_look_and_the_first_write_is_refused(database: Database, stranger: Stranger):
    with managed(database.url) as objects:
        objects.preview(PATCH)
        stranger.connection.execute("create schema supaschema; grant all on schema supaschema to public")
        stranger.connection.execute("""
            create table supaschema.identity (singleton boolean, system_identifier text, database_oid bigint);
            create trigger fired before insert on supaschema.identity for each row execute function strange.fired();
            grant all on supaschema.identity to public;
        """)
        with pytest.raises(OwnershipError, match="schema supaschema belongs to stranger"):
            objects.apply(PATCH)

    assert stranger.ran() == []
    with database.connect() as owner:
        assert one(owner, "select to_regclass('supaschema.history') is null") is True


@pytest.mark.parametrize("command", ["status", "claim --from a", "move --from a --to b", "orphans --stack a", "purge"])
def test_no_command_trusts_it(
    database: Database,
    stranger: Stranger,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    from supaschema.command.cli import main

    make(stranger)
    stranger.connection.execute(_VIEW)
    monkeypatch.setenv(URL_VARIABLE, database.url)
    monkeypatch.setattr("sys.stdin", None)

    assert main(command.split()) == 1

    said = capsys.readouterr().err
    assert "the ledger is not to be trusted: " in said
    assert "schema supaschema belongs to stranger" in said
    assert stranger.ran() == []


@pytest.mark.parametrize(
    ("hung", "named"),
    [
        ("alter schema supaschema_archive owner to stranger", "schema supaschema_archive belongs to stranger"),
        ("alter table supaschema.history owner to stranger", "table supaschema.history belongs to stranger"),
        (
            "alter function supaschema.forget(text, text[]) owner to stranger",
            r"function supaschema.forget\(text,text\[\]\) belongs to stranger",
        ),
        (
            """create function supaschema.put_back(text, text[], text, integer) returns record language sql return null;
            alter function supaschema.put_back(text, text[], text, integer) owner to stranger""",
            r"put_back\(text,text\[\],text,integer\) belongs to stranger",
        ),
        (
            "create trigger fired before insert on supaschema.objects for each row execute function strange.fired()",
            "supaschema.objects has the trigger fired",
        ),
        (
            """create constraint trigger late after insert on supaschema_archive.column_values deferrable
            for each row execute function strange.fired()""",
            "supaschema_archive.column_values has the trigger late",
        ),
        (
            "create rule ruled as on insert to supaschema.history do also select strange.note()",
            "supaschema.history has the rule ruled",
        ),
        (
            "create policy admit on supaschema.objects using (strange.note())",
            "supaschema.objects has the policy admit",
        ),
        (
            "create table strange.child () inherits (supaschema.objects)",
            "strange.child inherits supaschema.objects",
        ),
        (
            "alter table supaschema.history alter actor set default strange.noted('x')",
            r"supaschema.history has the default strange.noted\('x'",
        ),
        (
            "alter table supaschema.history alter actor set default query_to_xml('select 1', true, true, '')",
            "supaschema.history has the default .*query_to_xml",
        ),
        (
            "alter table supaschema.objects add check (strange.note())",
            "supaschema.objects has the constraint objects_check",
        ),
        (
            "create index on supaschema.objects (strange.noted(urn))",
            "supaschema.objects has the index supaschema.objects_noted_idx",
        ),
        (
            "create index odd on supaschema.objects (urn) where strange.noted(urn) = 'x'",
            "supaschema.objects has the index supaschema.odd",
        ),
        (
            "alter table supaschema.objects add gen text generated always as (strange.noted(urn)) stored",
            "supaschema.objects has the default strange.noted",
        ),
        (
            """create domain strange.odd as text check (strange.note());
            alter table supaschema.backfills alter name type strange.odd""",
            "supaschema.backfills has the column name of type strange.odd",
        ),
        (
            "create table strange.refers (of text references supaschema.objects on update cascade)",
            "supaschema.objects has the (trigger|constraint)",
        ),
        ("grant create on schema supaschema to stranger", "stranger may make objects in schema supaschema"),
        ("grant create on schema supaschema_archive to public", "everybody may make objects in schema"),
        (
            "grant usage on schema supaschema to stranger; grant insert on supaschema.objects to stranger",
            "stranger may write supaschema.objects",
        ),
        (
            "grant usage on schema supaschema to stranger; grant update (before) on supaschema.objects to stranger",
            "stranger may write supaschema.objects",
        ),
        (
            "grant usage on schema supaschema to stranger; grant trigger on supaschema.identity to public",
            "everybody may write supaschema.identity",
        ),
        ("alter table supaschema.objects rename to other; create view supaschema.objects as select 1", "is no table"),
    ],
)
def test_what_others_hung_on_a_ledger_of_ours_is_named_and_runs_nothing(
    database: Database, stranger: Stranger, hung: str, named: str
):
    install(database)
    read(database.url)
    stranger.platform.execute(hung.encode())
    before = stranger.ran()

    with pytest.raises(OwnershipError, match=named):
        read(database.url)
    with managed(database.url) as objects, pytest.raises(OwnershipError, match="the ledger is not to be trusted"):
        objects.apply(PATCH)

    assert stranger.ran() == before


@pytest.mark.parametrize(
    "granted",
    [
        "alter default privileges for role postgres grant all on tables to stranger",
        "create role team; grant create on schema supaschema to team; grant team to postgres",
        "grant create on schema supaschema_archive to postgres; grant all on supaschema.objects to postgres",
        "alter schema supaschema owner to supabase_admin; grant all on schema supaschema to postgres",
    ],
)
def test_who_gains_nothing_by_it_may_have_rights_on_the_ledger(database: Database, stranger: Stranger, granted: str):
    if granted.startswith("alter default"):
        stranger.platform.execute(granted.encode())
        install(database)
    else:
        install(database)
        stranger.platform.execute(granted.encode())
    try:
        with managed(database.url) as objects:
            objects.apply(PATCH)
    finally:
        if granted.startswith("alter default"):
            undo = "alter default privileges for role postgres revoke all on tables from stranger"
            stranger.platform.execute(undo)
        if "team" in granted:
            stranger.platform.execute("drop owned by team; drop role team")


def test_a_deployer_who_inherits_the_rights_of_the_ledgers_owner_trusts_it(database: Database, stranger: Stranger):
    install(database)
    stranger.platform.execute(f"grant postgres to {NAME}".encode())
    with managed(_as_stranger(database)) as objects:
        assert objects.apply(PATCH).statements
    with managed(database.url) as objects:
        assert objects.preview(PATCH).empty


def _as_stranger(database: Database) -> str:
    return login_url(database.url, NAME, NAME)


def test_a_member_that_may_not_act_as_the_ledgers_owner_is_not_trusted_with_it(database: Database, stranger: Stranger):
    if stranger.platform.info.server_version < 160000:
        pytest.skip("Memberships have no such options before PostgreSQL 16.")
    install(database)
    stranger.platform.execute(f"grant postgres to {NAME} with inherit false, set false, admin false".encode())
    stranger.platform.execute(f"alter table supaschema.history owner to {NAME}".encode())

    with pytest.raises(OwnershipError, match=r"table supaschema\.history belongs to stranger"):
        read(database.url)

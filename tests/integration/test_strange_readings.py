"""Who only reads a ledger runs nothing of others, whoever made it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors import role_statements, scram
from roles import SCHEMA_AUDITOR
from supaschema.core.errors import OwnershipError
from supaschema.core.model import ObjectId
from supaschema.ledger.store import SCHEMA_FILE
from tests.fixtures.postgres import Database
from tests.fixtures.roles import login_url
from tests.fixtures.stranger import NAME, Stranger
from tests.support.ledgers import install, read

_ARCHIVED = """
    create or replace function supaschema.archived()
      returns table (relation text, column_name text, coming_back boolean, types jsonb, labels jsonb) language sql as
      'select current_user || ''.ran'', null, false, null::jsonb, null::jsonb';
    alter function supaschema.archived() reset search_path;
    alter function supaschema.archived() {};
    """

_VIEW = """
    alter table supaschema.objects rename to hidden;
    create view supaschema.objects as select * from supaschema.hidden where strange.note();
    grant select on supaschema.objects to public;
"""

_RECORDED = "drop view supaschema.recorded; create view supaschema.recorded as {}"
_SAME = "select object, urn, made, declared_hash, spelling, server_major, recorded_at, before from supaschema.objects"
_OPERATOR = """
    create function strange.same(text, text) returns boolean language sql as 'select strange.note()';
    create operator strange.=== (leftarg = text, rightarg = text, function = strange.same);
"""
_DOMAIN = "create domain strange.odd as text check (strange.note());"
_TOLD = {
    "function": (_RECORDED.format(f"{_SAME} where strange.note()"), r"supaschema.recorded (calls strange|stands on)"),
    "operator": (
        _OPERATOR + _RECORDED.format(f"{_SAME} where object operator(strange.===) urn"),
        "supaschema.recorded stands on operator strange.===",
    ),
    "type": (
        _DOMAIN + _RECORDED.format(_SAME.replace("urn", "urn::strange.odd")),
        "supaschema.recorded stands on type strange.odd",
    ),
    "text that is run": (
        _RECORDED.format(f"{_SAME} where query_to_xml('select strange.note()', true, true, '') is not null"),
        "supaschema.recorded calls query_to_xml",
    ),
    "other table": (
        "create view strange.objects as select * from supaschema.objects where strange.note();"
        " grant select on strange.objects to public;"
        + _RECORDED.format(_SAME.replace("supaschema.objects", "strange.objects")),
        "supaschema.recorded stands on view strange.objects",
    ),
    "table": (
        "drop view supaschema.recorded; create table supaschema.recorded (like supaschema.objects)",
        "supaschema.recorded is no view",
    ),
}
"""What a view that auditors read may be replaced by, and what is said of it."""


@pytest.mark.parametrize("told", _TOLD)
def test_a_view_for_auditors_that_runs_something_else_is_refused_to_the_owner(
    database: Database, stranger: Stranger, told: str
):
    install(database)
    read(database.url)
    made, named = _TOLD[told]
    stranger.platform.execute(made.encode())
    stranger.platform.execute("alter table supaschema.recorded owner to postgres")

    with pytest.raises(OwnershipError, match=named):
        read(database.url)

    assert stranger.ran() == []


@pytest.mark.parametrize("told", _TOLD)
def test_an_auditor_reads_no_view_that_runs_something_else(auditor_url: str, stranger: Stranger, told: str):
    made, named = _TOLD[told]
    stranger.connection.execute(f"{made}; grant select on supaschema.recorded to public".encode())
    stranger.connection.execute("drop function supaschema.buckets, supaschema.jobs")

    with pytest.raises(OwnershipError, match=named):
        read(auditor_url)

    assert stranger.ran() == []


@pytest.fixture
def auditor_url(database: Database, stranger: Stranger) -> Iterator[str]:
    """A login of the auditor to a database whose ledger the stranger made, for everybody to read."""
    stranger.connection.execute(SCHEMA_FILE.read_bytes())
    stranger.connection.execute("""
        grant usage on schema supaschema to public;
        grant select on all tables in schema supaschema to public;
        grant execute on all functions in schema supaschema to public;
    """)
    password = scram.password()
    with database.connect() as owner:
        role_statements.apply(owner, SCHEMA_AUDITOR, scram.verifier(password))
        try:
            yield login_url(database.url, SCHEMA_AUDITOR.name, password)
        finally:
            role_statements.drop(owner, SCHEMA_AUDITOR)


@pytest.mark.parametrize(
    ("trap", "named"),
    [
        (_ARCHIVED.format("security invoker"), r"supaschema.archived\(\) would run with your rights"),
        (_ARCHIVED.format("security definer"), r"supaschema.archived\(\) would run with your rights"),
        (_VIEW, "supaschema.objects is no table"),
        (
            """alter table supaschema.objects enable row level security;
            create policy admit on supaschema.objects using (strange.note())""",
            "supaschema.objects has row level security that applies to you; supaschema.objects has the policy admit",
        ),
    ],
    ids=["invoker", "definer without a path", "view", "policy"],
)
def test_an_auditor_runs_nothing_of_a_ledger_that_another_role_made(
    auditor_url: str, stranger: Stranger, trap: str, named: str
):
    stranger.connection.execute(trap.encode())

    with pytest.raises(OwnershipError, match=named):
        read(auditor_url)

    assert stranger.ran() == []


def test_an_auditor_calls_what_runs_as_its_owner(auditor_url: str, stranger: Stranger):
    stranger.connection.execute(_ARCHIVED.format("security definer set search_path = pg_catalog, pg_temp").encode())
    stranger.connection.execute("drop function supaschema.buckets, supaschema.jobs")

    assert read(auditor_url).archived == {ObjectId("table", (NAME, "ran"))}

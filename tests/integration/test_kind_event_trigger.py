"""Event triggers: who may make one, whose function it calls, and what else there is of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import ApplyError, OwnershipError, PreconditionError
from supaschema.core.model import Hazard
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import DatabaseEvent, EventTrigger, Schema
from supaschema.drift.model import Topic
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

WATCHING = EventTrigger(
    name="watching", event=DatabaseEvent.DDL_COMMAND_END, tags=("create view", "CREATE TABLE"), function="app.watch"
)
FUNCTION = "create function app.watch() returns event_trigger language plpgsql set search_path = '' as 'begin end'"
PLATFORMS = re.compile("platform|pgrst")
"""What is the platform's belongs here to the superuser who deploys."""
OURS = "select evtname::text from pg_event_trigger where evtname !~ 'platform|pgrst' order by 1"


@pytest.fixture
def platform(database: Database) -> Iterator[Connection]:
    """A schema of ours, and in it a function to call; the superuser who made it."""
    with database.connect_superuser() as superuser:
        superuser.execute("create schema app")
        superuser.execute(FUNCTION)
        yield superuser


@pytest.fixture
def objects(database: Database, platform: Connection) -> Iterator[Objects]:
    """What a superuser declares."""
    with managed(database.superuser_url) as found:
        yield found


def titles(url: str) -> dict[str, str]:
    looking = Managed(Settings(database_url=url))
    try:
        found = swept(looking, KINDS).findings
        return {
            it.title: it.topic.value for it in found if it.kind == "event trigger" and not PLATFORMS.search(it.title)
        }
    finally:
        looking.close()


def test_one_is_made_adopted_and_put_back(objects: Objects, database: Database, platform: Connection):
    plan = objects.apply(WATCHING)
    (told,) = plan.sentences(Hazard.HAS_UNTRACKABLE_DEPENDENCIES)
    assert told.startswith("app.watch runs in CREATE VIEW, CREATE TABLE of any role")
    assert objects.preview(WATCHING).empty
    assert objects.imported(WATCHING) == replace(WATCHING, tags=("CREATE VIEW", "CREATE TABLE"))
    platform.execute("alter event trigger watching disable")
    assert titles(database.superuser_url) == {"event trigger watching": Topic.CHANGED.value}
    with managed(database.superuser_url) as later:
        (statement,) = later.preview(WATCHING).statements
        assert statement.text == 'alter event trigger "watching" enable'
        later.remove(WATCHING)
    assert column(platform, OURS) == []


def test_one_that_was_there_is_put_back_as_it_was(objects: Objects, platform: Connection):
    platform.execute("create event trigger watching on sql_drop execute function app.watch()")

    made = objects.apply(WATCHING)
    assert [item.text.split(" when")[0] for item in made.statements] == [
        'drop event trigger "watching"',
        'create event trigger "watching" on ddl_command_end',
    ]
    objects.remove(WATCHING)

    assert column(platform, "select evtevent::text from pg_event_trigger where evtname = 'watching'") == ["sql_drop"]


def test_nobody_but_a_superuser_is_told_in_a_preview_that_it_works(database: Database, platform: Connection):
    platform.execute("create event trigger watching on sql_drop execute function app.watch()")
    with managed(database.url) as owner:
        with pytest.raises(PreconditionError, match="making event trigger seeing: a superuser makes it, or whom a"):
            owner.preview(replace(WATCHING, name="seeing"))
        with pytest.raises(PreconditionError, match="one of this name exists, which calls a function of supabase_ad"):
            owner.preview(WATCHING)
    platform.execute("alter function app.watch() owner to postgres")
    with managed(database.url) as owner:
        enabled = replace(WATCHING, event=DatabaseEvent.SQL_DROP, tags=(), comment="c")
        with pytest.raises(PreconditionError, match="changing event trigger watching: it belongs to supabase_admin"):
            owner.preview(enabled)


@pytest.mark.parametrize(
    ("before", "says"),
    [
        (
            "alter function app.watch() owner to machine",
            "function app.watch() belongs to machine, who may put anything",
        ),
        ("alter function app.watch() owner to postgres", "its function belongs to postgres, and would run with your"),
        (f"drop function app.watch(); {FUNCTION.replace('event_trigger', 'text')}", "must return type event_trigger"),
        ("drop function app.watch()", "function app.watch() does not exist"),
    ],
)
def test_a_function_that_would_not_do_is_told_in_the_preview(
    objects: Objects, platform: Connection, before: str, says: str
):
    platform.execute("create role machine")
    platform.execute(before.encode())
    try:
        with pytest.raises((ApplyError, OwnershipError, PreconditionError)) as refused:
            objects.preview(WATCHING)
        assert says in str(refused.value)
    finally:
        platform.execute("drop owned by machine; drop role machine")


def test_a_command_that_there_is_not_is_told_in_the_preview(objects: Objects):
    with pytest.raises(ApplyError, match="TURN TABLE"):
        objects.preview(replace(WATCHING, tags=("turn table",)))


def test_one_gets_another_name_and_stays(objects: Objects, platform: Connection):
    objects.apply(WATCHING)
    number = column(platform, "select oid::bigint from pg_event_trigger where evtname = 'watching'")

    plan = objects.apply(replace(WATCHING, name="seeing", renamed_from=("watching",)), named=WATCHING)

    assert [item.text for item in plan.statements] == ['alter event trigger "watching" rename to "seeing"']
    assert column(platform, "select oid::bigint from pg_event_trigger where evtname = 'seeing'") == number


def test_the_journals_and_the_platforms_are_no_drift_and_others_are(database: Database, platform: Connection):
    with managed(database.superuser_url, journal_days=30) as objects:
        objects.apply(Schema(name="other"))
    assert column(platform, "select count(*) from pg_event_trigger where evtname ~ '^supaschema'") == [2]
    assert titles(database.superuser_url) == {}

    platform.execute("create event trigger by_hand on ddl_command_start execute function app.watch()")

    assert titles(database.superuser_url) == {"event trigger by_hand": Topic.UNMANAGED.value}


def test_login_is_refused_where_the_server_knows_no_such_event(objects: Objects, database: Database):
    login = replace(WATCHING, event=DatabaseEvent.LOGIN, tags=())
    if database.server.major >= 17:
        assert objects.preview(login).sentences(Hazard.CORRECTNESS)
    else:
        with pytest.raises((ApplyError, PreconditionError), match="login"):
            objects.preview(login)

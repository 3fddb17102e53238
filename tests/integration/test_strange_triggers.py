"""What others hung on a table does not run with the deploying role's rights when the deployment writes its rows."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import errors

from supaschema.command.cli import main
from supaschema.core.errors import ApplyError, OwnershipError
from supaschema.database import fired
from supaschema.database.fired import strangers
from supaschema.database.settings import URL_VARIABLE
from supaschema.declarations import Backfill, Bucket, Column, TablePatch
from supaschema.engine import execute
from supaschema.engine.execute import Executor, Segment
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import one
from tests.support.declared import notes
from tests.support.objects import managed

FILL = Backfill(name="fill", table="things", assignments={"note": "'x'"}, where="note is null", batch_size=7)
PATCH = TablePatch(table="things", columns=(Column(name="kept", type="text"),))
_TRIGGER = "create trigger planted before update on public.things for each row execute function strange.fired()"
_HUNG = {
    "trigger": _TRIGGER,
    "trigger of every statement": """
        create trigger planted after update on public.things execute function strange.fired()""",
    "trigger that calls it in its condition": """
        create trigger planted before update on public.things for each row
          when (new.id is not null and strange.note()) execute function public.update_updated_at_column()""",
    "trigger whose function has its owner's rights": f"alter function strange.fired() security definer; {_TRIGGER}",
    "trigger of a child": """
        create table strange.child () inherits (public.things);
        create trigger planted before update on strange.child for each row execute function strange.fired()""",
    "rule": "create rule planted as on update to public.things do also select strange.note()",
    "check": "alter table public.things add constraint planted check (strange.note()) not valid",
    "index": "create index planted on public.things (strange.noted(note))",
    "index of some rows": "create index planted on public.things (id) where strange.noted(note) is not null",
    "generated column": """
        truncate public.things;
        alter table public.things add planted text generated always as (strange.noted(note)) stored""",
    "domain": """
        create domain strange.planted as text;
        alter table public.things alter note type strange.planted;
        alter domain strange.planted add check (strange.noted(value) is not null) not valid""",
    "domain over a domain": """
        create domain strange.planted as text;
        create domain public.upon as strange.planted;
        alter table public.things alter note type public.upon;
        alter domain strange.planted add check (strange.noted(value) is not null) not valid""",
    "array of a domain": """
        create domain strange.planted as text;
        alter table public.things add several strange.planted[];
        alter domain strange.planted add check (strange.noted(value) is not null) not valid""",
    "attribute of a composite": """
        create domain strange.planted as text check (strange.noted(value) is not null);
        create type public.pair as (a text, b strange.planted);
        alter table public.things add both_of public.pair""",
    "range": """
        create domain strange.planted as text check (strange.noted(value) is not null);
        create type public.span as range (subtype = strange.planted);
        alter table public.things add span public.span""",
    "domain within a check": """
        create domain public.upon as text check (strange.noted(value) is not null);
        alter table public.things add constraint planted check (note::public.upon is not null) not valid""",
    "domain within a trigger's condition": """
        create domain public.upon as text check (strange.noted(value) is not null);
        create trigger planted before update on public.things for each row
          when (new.note::public.upon is not null) execute function public.update_updated_at_column()""",
    "key that partitions are told apart by": """
        alter table public.things rename to part;
        alter table public.part drop constraint things_pkey;
        create table public.things (like public.part) partition by list (strange.noted(note));
        alter table public.things attach partition public.part default""",
    "policy that counts for the owner": """
        alter table public.things enable row level security, force row level security;
        create policy planted on public.things using (strange.note());
        alter role postgres nobypassrls""",
}


@pytest.fixture
def things(things: Database) -> Database:
    """The same, to which the stranger may refer, too."""
    with things.connect() as owner:
        owner.execute("grant references on public.things to stranger")
    return things


@pytest.mark.parametrize("hung", _HUNG)
def test_a_back_fill_fires_nothing_of_others(things: Database, stranger: Stranger, hung: str):
    hanging = stranger.connection if hung == "trigger" else stranger.platform
    hanging.execute(_HUNG[hung].encode())
    if hung != "trigger":
        stranger.platform.execute(b"grant all on all tables in schema strange to postgres")
    stranger.platform.execute("truncate strange.runs")
    try:
        with managed(things.url) as objects:
            with pytest.raises(OwnershipError, match=r"calls function strange.* (it|a cast of theirs) would"):
                objects.preview(FILL)
            with pytest.raises(OwnershipError, match="calls function strange"):
                objects.apply(FILL)
        assert stranger.ran() == []
    finally:
        stranger.platform.execute("alter role postgres bypassrls")


_KEYS = """
    alter table public.things add code text unique;
    update public.things set code = id::text;
    create table public.parts (
      id uuid primary key default gen_random_uuid(), thing text references public.things (code) {action}, note text);
    alter table public.parts owner to {owner};
    insert into public.parts (thing) select code from public.things;
    create table public.bits (part uuid, thing text unique, foreign key (part) references public.parts (id));
    grant trigger on public.parts to stranger;
"""
_ON_PARTS = "create trigger planted before update on public.parts for each row execute function strange.fired()"
_CODES = Backfill(
    name="codes", table="things", assignments={"code": "'n' || id"}, where="code not like 'n%'", batch_size=7
)
"""Changes what other tables refer to."""


@pytest.mark.parametrize("action", ["on update cascade", "on update set null", "on update set default"])
def test_a_back_fill_fires_nothing_of_others_through_foreign_keys(things: Database, stranger: Stranger, action: str):
    stranger.platform.execute(_KEYS.format(action=action, owner="postgres").encode())
    stranger.connection.execute(_ON_PARTS)
    with managed(things.url) as objects:
        with pytest.raises(OwnershipError, match=r"trigger planted on table .*parts calls function strange\.fired"):
            objects.preview(_CODES)
        with pytest.raises(OwnershipError, match="calls function strange"):
            objects.apply(_CODES)

    assert stranger.ran() == []


@pytest.mark.parametrize(
    ("action", "owner", "filled"),
    [("", "postgres", FILL), ("", "postgres", _CODES), ("on delete cascade", "stranger", FILL)],
)
def test_a_table_that_refers_and_is_not_written_stands_in_nobodys_way(
    things: Database, stranger: Stranger, action: str, owner: str, filled: Backfill
):
    stranger.platform.execute(_KEYS.format(action=action, owner=owner).encode())
    stranger.platform.execute("revoke all on public.parts from postgres" if owner != "postgres" else "select 1")
    stranger.platform.execute("truncate public.parts, public.bits")
    stranger.connection.execute(_ON_PARTS)
    with managed(things.url) as objects:
        assert objects.apply(filled).statements

    assert stranger.ran() == []


@pytest.mark.parametrize("given", ["", "insert"])
@pytest.mark.parametrize(
    "planted",
    [
        _ON_PARTS,
        _ON_PARTS.replace("before", "after"),
        (
            "create constraint trigger planted after update on public.parts deferrable initially deferred "
            "for each row execute function strange.fired()"
        ),
    ],
)
def test_nothing_is_fired_on_a_strangers_table_that_refers_to_it(
    things: Database, stranger: Stranger, planted: str, given: str
):
    stranger.platform.execute(_KEYS.format(action="on update cascade", owner="stranger").encode())
    stranger.platform.execute("revoke all on public.parts from postgres")
    stranger.platform.execute(f"grant {given} on public.parts to postgres".encode() if given else "select 1")
    stranger.connection.execute(planted.encode())
    with managed(things.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match="stranger"):
                way(_CODES)

    assert stranger.ran() == []


def test_what_is_hung_on_a_table_that_refers_to_it_after_the_last_look_is_not_fired(
    things: Database, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
):
    stranger.platform.execute(_KEYS.format(action="on update cascade", owner="postgres").encode())
    hold, tried = fired.hold_own, list[str]()

    def plant_after_holding(connection: Any, statement: Any) -> None:
        hold(connection, statement)
        if statement.fires and not tried:
            stranger.connection.execute("set lock_timeout = '100ms'")
            with pytest.raises(errors.LockNotAvailable):
                stranger.connection.execute(_ON_PARTS)
            tried.append("refused")

    monkeypatch.setattr(execute, "hold_own", plant_after_holding)
    with managed(things.url) as objects:
        objects.apply(_CODES)

    assert tried == ["refused"]
    assert one(stranger.platform, "select count(*) from public.parts where thing like 'n%'") == 20


def test_a_back_fill_relies_on_no_domain_that_a_stranger_may_change(things: Database, stranger: Stranger):
    stranger.platform.execute("""
        create domain strange.planted as text;
        alter domain strange.planted owner to stranger;
        alter table public.things alter note type strange.planted
    """)
    with managed(things.url) as objects, pytest.raises(OwnershipError, match=r"type strange\.planted belongs to"):
        objects.preview(FILL)

    assert stranger.ran() == []


def test_what_is_hung_there_after_the_last_look_is_not_fired(
    things: Database, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
):
    run = Executor._run

    def plant_first(self: Executor, part: Segment, hooks: Any) -> None:
        if any("update" in statement.text for statement in part.statements):
            stranger.connection.execute(_TRIGGER)
        run(self, part, hooks)

    monkeypatch.setattr(Executor, "_run", plant_first)
    with managed(things.url) as objects, pytest.raises(ApplyError, match=r"trigger planted on table .*things calls"):
        objects.apply(FILL)

    assert stranger.ran() == []


def test_what_is_hung_there_between_two_batches_is_not_fired(
    things: Database, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
):
    retry, batches = Executor._retry, list[int]()

    def plant_after_one(self: Executor, statements: Any, attempt: Any) -> Any:
        if statements and "supaschema_batch" in statements[0].text:
            batches.append(1)
            if len(batches) == 2:
                stranger.connection.execute(_TRIGGER)
        return retry(self, statements, attempt)

    monkeypatch.setattr(Executor, "_retry", plant_after_one)
    with managed(things.url) as objects, pytest.raises(ApplyError, match=r"trigger planted on table .*things calls"):
        objects.apply(FILL)

    assert stranger.ran() == []
    assert one(stranger.platform, "select count(*) from public.things where note = 'x'") == 7


@pytest.mark.parametrize("enabled", ["disable trigger planted", "enable replica trigger planted"])
def test_a_trigger_that_is_switched_off_stands_in_nobodys_way(things: Database, stranger: Stranger, enabled: str):
    stranger.connection.execute(_TRIGGER)
    stranger.platform.execute(f"alter table public.things {enabled}".encode())

    with managed(things.url) as objects:
        objects.apply(FILL)

    assert stranger.ran() == []
    assert one(stranger.platform, "select count(*) from public.things where note = 'x'") == 20


_MEMBERSHIPS = {
    "inherit false, set false, admin false": False,
    "inherit true, set false, admin false": True,
    "inherit false, set true, admin false": True,
    "inherit false, set false, admin true": True,
}
"""Kinds of membership in the deploying role, and whether a member may act as it."""


@pytest.mark.parametrize("membership", _MEMBERSHIPS)
def test_a_member_that_may_not_act_as_the_deploying_role_is_a_stranger(
    things: Database, stranger: Stranger, membership: str
):
    if stranger.platform.info.server_version < 160000:
        pytest.skip("Memberships have no such options before PostgreSQL 16.")
    stranger.platform.execute(f"grant postgres to stranger with {membership}".encode())
    stranger.connection.execute(_TRIGGER)

    with managed(things.url) as objects:
        if _MEMBERSHIPS[membership]:
            assert objects.preview(FILL).statements
        else:
            with pytest.raises(OwnershipError, match="of stranger: it would run with your rights"):
                objects.preview(FILL)


def test_a_trigger_of_the_owner_or_of_the_platform_is_fired(things: Database, stranger: Stranger):
    stranger.platform.execute("""
        create function public.of_the_platform() returns trigger language plpgsql as
          'begin insert into strange.runs values (tg_name); return new; end';
        create function public.of_the_owner() returns trigger language plpgsql as
          'begin insert into strange.runs values (tg_name); return new; end';
        alter function public.of_the_owner() owner to postgres;
        create trigger a before update on public.things for each row execute function public.of_the_platform();
        create trigger b before update on public.things for each row execute function public.of_the_owner();
    """)
    with managed(things.url) as objects:
        objects.apply(FILL)

    assert stranger.ran() == ["a", "b"]


@pytest.mark.parametrize("condition", ["strange.note()", "new.id operator(strange.===) new.id"])
def test_a_trigger_that_calls_a_strangers_function_in_its_condition_is_told(
    things: Database, stranger: Stranger, condition: str
):
    stranger.connection.execute("""
        create function strange.same(uuid, uuid) returns boolean language sql as 'select strange.note()';
        create operator strange.=== (leftarg = uuid, rightarg = uuid, function = strange.same)
    """)
    stranger.platform.execute(
        f"""create trigger planted before update on public.things for each row
        when ({condition}) execute function public.update_updated_at_column()""".encode()
    )
    with things.connect() as owner:
        told = strangers(owner)

    assert list(told) == [("public", "things")]
    assert "calls function strange." in told["public", "things"][0]


def test_values_that_come_back_fire_nothing_of_others(things: Database, stranger: Stranger):
    with managed(things.url) as objects:
        objects.apply(PATCH)
        stranger.platform.execute("update public.things set kept = 'a value'")
        objects.remove(PATCH)
    stranger.platform.execute("create rule planted as on update to public.things do also select strange.note()")

    with managed(things.url) as objects:
        with pytest.raises(OwnershipError, match=r"rule planted on table .* calls function strange.note\(\)"):
            objects.preview(PATCH)
        with pytest.raises(OwnershipError, match="rule planted"):
            objects.apply(PATCH)

    assert stranger.ran() == []
    assert one(stranger.platform, "select count(*) from supaschema_archive.column_values") == 20


@pytest.mark.parametrize(
    ("hung", "told"),
    [
        (
            (
                "grant trigger on storage.buckets to stranger;"
                "create trigger planted before insert on storage.buckets for each row execute function strange.fired()"
            ),
            "trigger planted on table",
        ),
        (
            (
                "create table strange.refers (bucket text references storage.buckets (id) on delete cascade);"
                "alter table strange.refers owner to stranger"
            ),
            "has a table of stranger read or written",
        ),
    ],
)
def test_a_bucket_fires_nothing_of_others(database: Database, stranger: Stranger, hung: str, told: str):
    stranger.platform.execute("grant usage on schema storage to stranger")
    stranger.platform.execute(hung.encode())
    with managed(database.url) as objects, pytest.raises(OwnershipError, match=told):
        objects.apply(Bucket(name="files"))

    assert stranger.ran() == []


def test_purging_an_organizations_rows_fires_nothing_of_others(
    database: Database, stranger: Stranger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    organization = "e53d7d42-23a9-5795-7591-ad71127ef946"
    with managed(database.url) as objects:
        objects.apply(notes("notes", Column(name="org_id", type="uuid")))
        stranger.platform.execute("insert into public.notes (org_id) values (%s)", [organization])
        objects.remove(notes("notes", Column(name="org_id", type="uuid")))
    stranger.platform.execute("""
        create trigger planted before delete on supaschema_archive."public.notes"
          for each row execute function strange.fired()
    """)
    monkeypatch.setenv(URL_VARIABLE, database.url)

    assert main(["purge", "--organization", organization, "--yes"]) == 1

    assert "trigger planted on table" in capsys.readouterr().err
    assert stranger.ran() == []
    assert one(stranger.platform, 'select count(*) from supaschema_archive."public.notes"') == 1

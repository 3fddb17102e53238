"""Functions, views and triggers on a server: what is declared holds, and what was there comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import psycopg
import pytest

from supaschema.core.errors import DeclarationError
from supaschema.core.sqltext import compose, raw_sql
from supaschema.declarations import (
    Argument,
    Declaration,
    Function,
    Grant,
    Parallel,
    Privilege,
    Trigger,
    TriggerEnabled,
    TriggerEvent,
    View,
    Volatility,
)
from supaschema.kinds.base import Context
from supaschema.kinds.trigger import Trigger as TriggerDefinition
from supaschema.kinds.trigger import TriggerKind
from supaschema.resources.trigger import TriggerResource
from tests.fixtures.postgres import Database
from tests.support.catalog import dump, one
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection
from tests.support.triggers import REFUSED
from tests.support.types import SPELLINGS

READ = (Privilege.SELECT,)
FUNCTION = Function(
    name="bump",
    arguments=(
        Argument(name="batch_id", type="uuid", default="null"),
        Argument(name="step", type="int", default="1"),
        Argument(name="Odd name", type="varchar(3)[]", default="array['a,b)']"),
    ),
    returns="table (org_id uuid, total int8)",
    body="begin /* {} %s $body$ */ return query select null::uuid, 1::bigint; end",
    settings={"statement_timeout": "5s", "lock_timeout": "1s"},
    parallel=Parallel.RESTRICTED,
    cost=2.5,
    rows=7,
    execute=("service_role", "authenticated"),
    comment="It's counted.",
)
VIEW = View(
    name="waiting",
    query="select id, type, attempts + 1 as next from public.jobs where status in ('pending', 'running') -- these",
    grants=(
        Grant(to="service_role", privileges=(Privilege.ALL,)),
        Grant(to="authenticated", privileges=READ, columns=("type", "id")),
    ),
    comment="Work to do.",
    security_barrier=True,
    column_comments={"next": "It's the next one."},
)
TRIGGER = Trigger(
    name="touch",
    table="jobs",
    events=(TriggerEvent.UPDATE, TriggerEvent.INSERT),
    update_of=("type", "status"),
    when="new.type in ('a', 'b)') and new.attempts > 3",
    function="public.update_updated_at_column",
    arguments=("a", "", "it's \\000 é"),
)

CONSTRAINT = Trigger(
    name="watch",
    table="jobs",
    timing="after",
    events=(TriggerEvent.INSERT,),
    function="public.update_updated_at_column",
    constraint=True,
    deferrable=True,
    initially_deferred=True,
    enabled=TriggerEnabled.ALWAYS,
    comment="It's late.",
)
SEES_TABLES = Trigger(
    name="sum",
    table="jobs",
    timing="after",
    for_each="statement",
    events=(TriggerEvent.UPDATE,),
    function="public.update_updated_at_column",
    old_table="before",
    new_table="Odd after",
)

RENAMED = (Argument(name="batch", type="uuid", default="null"), *FUNCTION.arguments[1:])
UPDATED = (TriggerEvent.UPDATE,)


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    with managed(database.url) as found:
        yield found


def changed(declaration: Any, **fields: object) -> Any:
    return msgspec.structs.replace(declaration, **fields)


@pytest.mark.parametrize("declaration", [FUNCTION, VIEW, TRIGGER, CONSTRAINT, SEES_TABLES])
def test_what_is_declared_holds_and_leaves_no_trace(database: Database, declaration: Declaration):
    before = dump(database)
    with managed(database.url) as objects:
        assert not objects.apply(declaration).empty
        assert objects.preview(declaration).empty
    with managed(database.url) as again:
        assert again.preview(declaration).empty
        found = again.imported(declaration)
        assert found is not None
        assert again.lifted(found).keys() - {"schema"} == again.lifted(declaration).keys()
        again.remove(declaration)
    assert dump(database) == before


@pytest.mark.parametrize(
    ("declaration", "edited", "verb"),
    [
        (FUNCTION, changed(FUNCTION, body="begin end", volatility=Volatility.STABLE, strict=True), "create or replace"),
        (FUNCTION, changed(FUNCTION, returns="setof public.jobs", body="begin end"), "drop function"),
        (FUNCTION, changed(FUNCTION, arguments=RENAMED), "drop function"),
        (FUNCTION, changed(FUNCTION, execute=("service_role",)), "revoke execute"),
        (FUNCTION, changed(FUNCTION, comment=None), "comment on"),
        (FUNCTION, changed(FUNCTION, parallel=Parallel.SAFE, rows=8), "create or replace"),
        (CONSTRAINT, changed(CONSTRAINT, initially_deferred=False), "drop trigger"),
        (CONSTRAINT, changed(CONSTRAINT, enabled=TriggerEnabled.ORIGIN), "alter table"),
        (CONSTRAINT, changed(CONSTRAINT, comment=""), "comment on"),
        (SEES_TABLES, changed(SEES_TABLES, old_table=None), "create or replace trigger"),
        (VIEW, changed(VIEW, comment=None), "comment on"),
        (VIEW, changed(VIEW, column_comments={"next": "", "id": "Its key."}), "comment on column"),
        (VIEW, changed(VIEW, security_barrier=False), "alter view"),
        (VIEW, changed(VIEW, check_option="local"), "alter view"),
        (VIEW, changed(VIEW, query=VIEW.query.replace(" from", ", run_at from")), "create or replace"),
        (VIEW, changed(VIEW, query=VIEW.query.replace("as next", "as following"), column_comments={}), "drop view"),
        (VIEW, changed(VIEW, query=VIEW.query.replace("attempts + 1", "type")), "drop view"),
        (VIEW, changed(VIEW, check_option="cascaded", query="select id, type, attempts as next from public.jobs"), ""),
        (TRIGGER, changed(TRIGGER, when="old.* is distinct from new.*", events=UPDATED), "create or replace"),
        (TRIGGER, changed(TRIGGER, timing="after", when=None), "create or replace"),
    ],
)  # fmt: skip
def test_an_edit_is_applied_once(objects: Objects, declaration: Declaration, edited: Declaration, verb: str):
    objects.apply(declaration)

    plan = objects.apply(edited)

    assert plan.statements[0].text.startswith(verb)
    assert objects.preview(edited).empty


def test_another_spelling_is_no_edit(objects: Objects):
    objects.apply(FUNCTION)
    objects.apply(VIEW)
    objects.apply(TRIGGER)

    arguments = (Argument(name="batch_id", type="UUID", default="null::uuid"), *FUNCTION.arguments[1:])
    spelled = changed(FUNCTION, arguments=arguments, returns="TABLE(org_id uuid,total bigint)")
    same_query = "SELECT id, type, 1 + 0 + attempts AS next FROM public.jobs".replace("1 + 0 + attempts", "attempts+1")
    same_view = changed(VIEW, query=same_query + " where status = any (array['pending', 'running']);")
    same_trigger = changed(TRIGGER, when="NEW.type = any (array['a','b)']) and (new.attempts>3)")

    assert [objects.preview(item).empty for item in (spelled, same_view, same_trigger)] == [True] * 3


def test_a_function_whose_path_was_empty_is_replaced_in_place(database: Database, objects: Objects):
    objects.apply(changed(FUNCTION, search_path=""))

    plan = objects.preview(FUNCTION)
    objects.apply(FUNCTION)

    assert [statement.text.startswith("create or replace function") for statement in plan.statements] == [True]
    assert objects.preview(FUNCTION).empty
    with database.connect() as connection:
        path = "select proconfig[1] from pg_proc where proname = %s"
        assert one(connection, path, FUNCTION.name) == "search_path=pg_catalog, pg_temp"


def test_what_was_there_comes_back(database: Database):
    with database.connect() as connection:
        connection.execute(
            """
            create function public.bump(uuid, integer, text[], out n integer) language sql stable parallel safe cost 5
              set search_path = public, "$user" return $2;
            alter function public.bump(uuid, integer, text[]) rename to other;
            create function public.bump(batch_id uuid, step integer, "Odd name" varchar[]) returns integer
              language sql begin atomic select step; end;
            comment on function public.bump(uuid, integer, varchar[]) is 'before';
            revoke all on function public.bump(uuid, integer, varchar[]) from public, anon;
            grant execute on function public.bump(uuid, integer, varchar[]) to dashboard_user with grant option;
            create view public.waiting with (security_barrier) as select 1 as one;
            grant select, update (one) on public.waiting to anon;
            create constraint trigger touch after insert on public.jobs deferrable for each row
              when (new.type = ') EXECUTE FUNCTION ') execute function public.update_updated_at_column();
            alter table public.jobs disable trigger touch;
            """
        )
    before = dump(database)
    with managed(database.url) as objects:
        for declaration in (FUNCTION, VIEW, TRIGGER):
            objects.apply(declaration)
            assert objects.preview(declaration).empty
        assert dump(database) != before
        for declaration in (TRIGGER, VIEW, FUNCTION):
            objects.remove(declaration)
    assert dump(database) == before


def test_drift_shows_by_property_and_is_mended(database: Database, objects: Objects):
    for declaration in (FUNCTION, VIEW, TRIGGER):
        objects.apply(declaration)
    told = [objects.lifted(declaration) for declaration in (FUNCTION, VIEW, TRIGGER)]
    with database.connect() as connection:
        connection.execute("alter function public.bump reset search_path")
        connection.execute("grant execute on function public.bump to anon")
        connection.execute("alter view public.waiting reset (security_invoker)")
        connection.execute("grant select (next) on public.waiting to anon")
        connection.execute("alter table public.jobs disable trigger touch")

    with managed(database.url) as again:
        function, view, trigger = (again.lifted(declaration) for declaration in (FUNCTION, VIEW, TRIGGER))
        assert function == {**told[0], "searchPath": "(not fixed)", "execute": [*told[0]["execute"], "anon"]}
        stray = {"to": "anon", "privileges": ["SELECT"], "columns": ["next"]}
        assert view == {**told[1], "securityInvoker": False, "grants": [*told[1]["grants"], stray]}
        assert trigger == {**told[2], "enabled": "disabled"}
        for drifted, was in zip((FUNCTION, VIEW, TRIGGER), told, strict=True):
            again.apply(drifted)
            assert again.lifted(drifted) == was


def test_a_view_made_anew_keeps_its_grants_and_triggers(database: Database, objects: Objects):
    objects.apply(VIEW)
    with database.connect() as connection:
        connection.execute("grant select on public.waiting to dashboard_user")
        connection.execute(
            "create trigger divert instead of insert on public.waiting for each row "
            "execute function public.update_updated_at_column()"
        )
    other = changed(VIEW, query="select type, id from public.jobs")
    with pytest.raises(DeclarationError, match="has nothing by this name") as told:
        objects.preview(other)
    assert told.value.where == "view column public.waiting.next"
    objects.apply(changed(other, column_comments={"id": "Its key."}))

    with database.connect() as connection:
        assert one(connection, "select has_table_privilege('dashboard_user', 'public.waiting', 'select')")
        assert one(connection, "select has_column_privilege('authenticated', 'public.waiting', 'type', 'select')")
        assert not one(connection, "select has_table_privilege('anon', 'public.waiting', 'select, truncate')")
        assert one(connection, "select count(*) from pg_trigger where tgname = 'divert'") == 1


def test_only_those_who_are_named_may_call(database: Database, objects: Objects):
    objects.apply(FUNCTION)

    may = "select has_function_privilege(%s, 'public.bump(uuid, integer, varchar[])', 'execute')"
    with database.connect() as connection:
        roles = ("anon", "authenticated", "service_role", "dashboard_user")
        assert [connection.execute(may, [role]).fetchone() for role in roles] == [(False,), (True,), (True,), (False,)]


def test_any_body_arrives_as_it_was_written(database: Database, objects: Objects):
    with database.connect() as connection:
        for ending in ("$body", "x $body$", "$", "$$", "$body_1 $body", "$bod", "'", "%s {0} \\"):
            function = Function(name="odd", returns="void", body=f"begin end --{ending}")
            objects.apply(function)
            assert one(connection, "select prosrc from pg_proc where proname = 'odd'") == function.body


def test_triggers_of_partitions_are_the_servers(database: Database, objects: Objects):
    with database.connect() as connection:
        connection.execute("create table public.parted (a integer) partition by range (a)")
        connection.execute("create table public.part partition of public.parted for values from (0) to (9)")
    trigger = changed(TRIGGER, table="parted", update_of=(), when=None)
    objects.apply(trigger)

    assert objects.imported(trigger) is not None
    assert objects.imported(changed(trigger, table="part")) is None


def test_the_server_prints_types_so(connection: Connection):
    connection.execute('create type public."My Type" as (a integer)')
    connection.execute("set search_path = ''")
    for written, column, argument in SPELLINGS:
        with connection.transaction(force_rollback=True):
            connection.execute(compose("create table public.t (a {})", raw_sql(written)))
            connection.execute(compose("create function public.f({}) returns void begin atomic end", raw_sql(written)))
            printed = connection.execute(
                """
                select format_type(a.atttypid, a.atttypmod), format_type(p.proargtypes[0], null)
                  from pg_attribute a, pg_proc p
                 where a.attrelid = 'public.t'::regclass and a.attname = 'a' and p.oid = 'public.f'::regproc
                """
            ).fetchone()
        assert printed == (column, argument), written


def test_what_is_refused_at_check_the_server_refuses_too(connection: Connection):
    connection.execute("create view public.waiting as select * from public.jobs")
    for fields, _ in REFUSED:
        table = "waiting" if fields.get("timing") == "instead of" else "jobs"
        trigger = changed(TRIGGER, **{"table": table, "update_of": (), "when": None, **fields})
        (fact,) = TriggerResource().facts(trigger)
        assert isinstance(fact.definition, TriggerDefinition)
        (statement,) = TriggerKind().create(fact.id, fact.definition, Context(major=17)).statements
        with pytest.raises(psycopg.Error):
            connection.execute(statement.text.encode())


@pytest.mark.parametrize(
    ("signature", "given"),
    [
        ("(a integer, out b integer, out c text) returns record", ("integer",)),
        ("(inout a integer, variadic d integer[] default '{}') returns integer", ("integer", "integer[]")),
        ("(a integer, out b integer) returns setof integer", ("integer",)),
    ],
)
def test_what_comes_back_in_arguments_is_imported_and_kept(
    database: Database, objects: Objects, connection: Connection, signature: str, given: tuple[str, ...]
):
    body = "select 1, 'x'" if "c text" in signature else "select 1"
    made = f"create function public.f{signature} language sql set search_path = pg_catalog, pg_temp as $${body}$$"
    connection.execute(made.encode())
    printed = "select pg_get_function_arguments(oid) from pg_proc where proname = 'f'"
    before = one(connection, printed)
    named = Function(name="f", arguments=tuple(Argument(name="", type=it) for it in given), returns="", body="")

    imported = objects.imported(named)
    assert isinstance(imported, Function)
    plan = objects.apply(msgspec.structs.replace(imported, body=body.replace("1", "2"), execute=()))

    assert plan.statements[0].text.startswith("create or replace function")
    assert one(connection, printed) == before
    assert one(connection, "select prosrc from pg_proc where proname = 'f'") == body.replace("1", "2")

"""The validation of a deployed stack: it finds nothing in a correct one, and names what somebody has done to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest
import testinfra
from psycopg import conninfo

from supaschema.core.model import Definition, ObjectId
from supaschema.declarations import Grant, Privilege, Sequence
from supaschema.kinds.composite_attribute import CompositeAttribute
from supaschema.kinds.composite_type import CompositeType
from supaschema.kinds.domain import Domain
from supaschema.kinds.domain_check import DomainCheck
from supaschema.kinds.enum_type import EnumType
from supaschema.kinds.event_trigger import EventTrigger
from supaschema.kinds.grants import declared_grants
from supaschema.kinds.materialized_view import MaterializedView
from supaschema.kinds.range_type import RangeType
from supaschema.resources.sequence import SequenceResource
from tests.deployed.declared import Declared, read_settings
from tests.deployed.registry import CHECKS, Check, Result, run, table
from tests.deployed.report import render
from tests.deployed.stack import Connection, Entry, Stack
from tests.fixtures.deployed import AUDITOR, MACHINES, OWNER
from tests.fixtures.postgres import Database
from tests.support.sabotages import SABOTAGES, Sabotage

NAMED = {check.name: check for check in CHECKS}
OUTSIDE = {"reachable", "encrypted"}
"""The checks that look at the connection and not into the database."""
UNDECLARED = {"default privileges", "event triggers", "extensions", "publications", "sequences"}
"""The checks of what no stack of the program declares; here one is told that it does."""


class CountingCursor(psycopg.Cursor[Any]):
    """A cursor that keeps count of what it was asked."""

    queries: ClassVar[list[object]] = []

    def execute(self, query: Any, *arguments: Any, **more: Any) -> Any:
        """Count, and ask."""
        self.queries.append(query)
        return super().execute(query, *arguments, **more)


@contextmanager
def sabotaged(
    connection: Connection, url: str, sql: str = "select", *, role: str = OWNER, as_owner: bool = False
) -> Iterator[Stack]:
    """Do something to the database, and lend the stack as a role then sees it; all of it is rolled back."""

    @contextmanager
    def writer() -> Iterator[Connection]:
        with connection.transaction(force_rollback=True):
            yield connection

    with connection.transaction(force_rollback=True):
        connection.execute(sql.encode())
        connection.execute(f"set local role {role}".encode())
        connection.execute("set local search_path = ''")
        declared = Declared(read_settings(MACHINES))
        yield Stack("test", url, connection, declared, writer, as_owner, testinfra.get_host("local://"))


def test_every_check_has_a_twin_that_makes_it_fail() -> None:
    assert set(SABOTAGES) | OUTSIDE | UNDECLARED == set(NAMED)
    assert all(SABOTAGES.values())


def test_the_page_lists_the_checks() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "validation.md"
    assert page.read_text(encoding="utf-8").endswith(f"\n\n{table()}\n")
    assert all(check.holds for check in CHECKS)


@pytest.mark.parametrize("role", [OWNER, AUDITOR])
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_nothing_is_found_in_a_correct_stack(
    platforms: Connection, deployed: Database, check: Check, role: str
) -> None:
    with sabotaged(platforms, deployed.url, role=role) as stack:
        result = run(check, stack)
    assert result == Result(check.name, result.proved)
    assert result.proved


def test_what_everybody_can_do_is_what_was_asked_for(platforms: Connection, deployed: Database) -> None:
    with sabotaged(platforms, deployed.url, as_owner=True) as stack:
        result = run(NAMED["access"], stack)
    assert result == Result("access", result.proved)
    assert "rolled back" in result.proved


@pytest.mark.parametrize(
    ("name", "sabotage", "role"),
    [
        pytest.param(name, sabotage, role, id=f"{name} by {role}: {sabotage.sql[:50]}")
        for name, sabotages in SABOTAGES.items()
        for sabotage in sabotages
        for role in ([OWNER] if sabotage.as_owner else [OWNER, AUDITOR])
    ],
)
def test_what_was_done_is_named(
    platforms: Connection, deployed: Database, name: str, sabotage: Sabotage, role: str
) -> None:
    with sabotaged(platforms, deployed.url, sabotage.sql, role=role, as_owner=sabotage.as_owner) as stack:
        result = run(NAMED[name], stack)
    assert result.trouble is None
    assert [
        finding for finding in result.findings if finding.object == sabotage.finds and sabotage.says in finding.detail
    ], [str(finding) for finding in result.findings]


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ("select", None),
        ("drop sequence public.numbers cascade", "it is not there."),
        ("alter sequence public.numbers increment by 3", "increment is 3, not 2."),
        ("alter sequence public.numbers owned by none", "owned by is none, not public.users.id."),
        ("grant usage on sequence public.numbers to anon", "anon has USAGE."),
        ("revoke usage on sequence public.numbers from authenticated", "authenticated lacks USAGE."),
    ],
)
def test_what_was_done_to_a_sequence_is_named(
    platforms: Connection, deployed: Database, do: str, says: str | None
) -> None:
    made = """create sequence public.numbers increment by 2;
        alter sequence public.numbers owner to postgres;
        alter sequence public.numbers owned by public.users.id;
        revoke all on sequence public.numbers from public, anon, authenticated, service_role;
        grant usage on sequence public.numbers to authenticated;"""
    usage = (Grant(to="authenticated", privileges=(Privilege.USAGE,)),)
    sequence = Sequence(name="numbers", increment=2, owned_by="users.id", grants=usage)
    with sabotaged(platforms, deployed.url, f"{made}{do}") as stack:
        declared = Declared(stack.declared.settings)
        own = {fact.id: fact.definition for fact in SequenceResource().facts(sequence)}
        vars(declared)["facts"] = {**stack.declared.facts, **own}
        result = run(NAMED["sequences"], replace(stack, declared=declared))
    assert (result.trouble, result.proved) == (None, "1 sequences count as declared, open to those declared alone")
    assert [finding.detail for finding in result.findings] == ([] if says is None else [says])


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ("select", None),
        ("drop event trigger watching", "it is not there."),
        ("alter event trigger watching disable", "enabled is disabled, not always."),
    ],
)
def test_what_was_done_to_an_event_trigger_is_named(
    platforms: Connection, deployed: Database, do: str, says: str | None
) -> None:
    made = """create function private.watch() returns event_trigger language plpgsql as 'begin end';
        create event trigger watching on sql_drop when tag in ('DROP TABLE') execute function private.watch();
        alter event trigger watching enable always;"""
    fact = EventTrigger(event="sql_drop", tags=("DROP TABLE",), function="private.watch", enabled="always")
    with sabotaged(platforms, deployed.url, f"{made}{do}") as stack:
        declared = Declared(stack.declared.settings)
        vars(declared)["facts"] = {**stack.declared.facts, ObjectId("event_trigger", ("watching",)): fact}
        result = run(NAMED["event triggers"], replace(stack, declared=declared))
    assert (result.trouble, result.proved) == (None, "1 event triggers fire as declared")
    assert [finding.detail for finding in result.findings] == ([] if says is None else [says])


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ("select", []),
        (f"alter default privileges for role {OWNER} in schema private revoke select on tables from anon",
         ["anon lacks SELECT."]),
        (f"alter default privileges for role {OWNER} in schema private grant select on tables to service_role",
         ["service_role has SELECT."]),
        (f"alter default privileges for role {OWNER} grant execute on functions to public", ["public has EXECUTE."]),
    ],
)  # fmt: skip
def test_what_was_done_to_default_privileges_is_named(
    platforms: Connection, deployed: Database, do: str, says: list[str]
) -> None:
    made = f"""alter default privileges for role {OWNER} in schema private grant select on tables to anon;
        alter default privileges for role {OWNER} revoke execute on functions from public;"""
    read = declared_grants([Grant(to="anon", privileges=(Privilege.SELECT,))])
    facts = {(OWNER, "private", "tables"): read, (OWNER, "functions"): declared_grants(())}
    with sabotaged(platforms, deployed.url, f"{made}{do}") as stack:
        declared = Declared(stack.declared.settings)
        own = {ObjectId("default_grants", name): item for name, item in facts.items()}
        vars(declared)["facts"] = {**stack.declared.facts, **own}
        result = run(NAMED["default privileges"], replace(stack, declared=declared))
    assert (result.trouble, result.proved) == (None, "2 default privileges give what is declared")
    assert [finding.detail for finding in result.findings] == says


def test_a_server_that_does_not_answer_is_named(platforms: Connection, deployed: Database) -> None:
    nowhere = conninfo.make_conninfo(deployed.url, host="127.0.0.1", port=1)
    with sabotaged(platforms, deployed.url) as stack:
        result = run(NAMED["reachable"], replace(stack, url=nowhere))
    assert [finding.object for finding in result.findings] == ["127.0.0.1:1"]


@pytest.mark.parametrize("demand", [{"sslmode": "require"}, {"host": "db.example.org"}], ids=["by URL", "by distance"])
def test_a_plain_connection_is_named_where_that_is_demanded(platforms: Connection, deployed: Database, demand) -> None:
    with sabotaged(platforms, deployed.url) as stack:
        result = run(NAMED["encrypted"], replace(stack, url=conninfo.make_conninfo(deployed.url, **demand)))
    assert [finding.detail for finding in result.findings] == [
        "the connection is not encrypted; switch TLS on at the server."
    ]


@pytest.mark.parametrize("weak", ["sslmode=disable", "sslmode=prefer", "require_auth=password"])
def test_a_url_by_which_nobody_would_connect_from_afar_is_no_proof_of_encryption(
    platforms: Connection, deployed: Database, weak: str
) -> None:
    name, _, value = weak.partition("=")
    url = conninfo.make_conninfo(deployed.url, host="db.example.org", **{name: value})
    with sabotaged(platforms, deployed.url) as stack:
        result = run(NAMED["encrypted"], replace(stack, url=url))
    assert f"{name} admits" in str(result.trouble)


def test_a_stack_whose_settings_changed_since_is_told(platforms: Connection, deployed: Database) -> None:
    changed = json.dumps({"supaschema:retention": {"value": '{"syncLogs": 30, "webhookEvents": 30}'}})
    with sabotaged(platforms, deployed.url) as stack:
        other = replace(stack, declared=Declared(read_settings(changed)))
        result = run(NAMED["ledger"], other)
    assert {(finding.object, finding.detail) for finding in result.findings} == {
        (
            "function public.purge_connector_sync_logs(integer, integer)",
            "what is deployed was declared otherwise: run make up.",
        ),
        *(
            (f"{kind} private.queue_plans()", "it is deployed and no longer declared: run make up.")
            for kind in ("function", "function grants")
        ),
    }


def test_rules_that_the_stack_is_let_off_from_stand_in_the_report(platforms: Connection, deployed: Database) -> None:
    given = [{"lint": "no-primary-key", "level": "warn", "reason": "from before", "resource": "old"}]
    changed = json.dumps({"supaschema:lints": {"value": json.dumps(given)}})
    with sabotaged(platforms, deployed.url) as stack:
        text = render(replace(stack, declared=Declared(read_settings(changed))), [], 0)
        assert "let off" not in render(stack, [], 0)
    assert "let off      lint no-primary-key is only a warning for old: from before\n" in text


def test_the_report_sets_each_name_apart_from_what_is_said_of_it(platforms: Connection, deployed: Database) -> None:
    results = [Result(check.name, proved="all is well") for check in CHECKS]
    with sabotaged(platforms, deployed.url) as stack:
        told = render(stack, results, 0)
    for check in CHECKS:
        assert re.search(rf"^ok           {re.escape(check.name)} +all is well$", told, re.MULTILINE)


_MOOD = "private.mood"
_BY_PATTERN = "subtype = text, subtype_opclass = text_pattern_ops"
_UNKNOWN = f"alter domain {_MOOD} drop constraint known"
_OPEN = f"grant usage on type {_MOOD} to anon"


@pytest.mark.parametrize(
    ("what", "made", "facts", "otherwise"),
    [
        (
            "enum type",
            f"create type {_MOOD} as enum ('sad', 'happy')",
            {("enum_type", "private", "mood"): EnumType(labels=("sad", "happy"))},
            (f"alter type {_MOOD} add value 'so so'",),
        ),
        (
            "domain",
            f"create domain {_MOOD} as text default 'sad' constraint known check (value <> '') not null",
            {
                ("domain", "private", "mood"): Domain(type="text", default="'sad'", not_null=True),
                ("domain_check", "private", "mood", "known"): DomainCheck(expression="value <> ''", type="text"),
            },
            (
                f"alter domain {_MOOD} drop not null",
                f"alter domain {_MOOD} drop default",
                f"alter domain {_MOOD} rename constraint known to other",
                f"{_UNKNOWN}; alter domain {_MOOD} add constraint known check (value <> '') not valid",
            ),
        ),
        (
            "composite type",
            f"create type {_MOOD} as (how text, much integer)",
            {
                ("composite_type", "private", "mood"): CompositeType(attributes=("how", "much")),
                ("composite_attribute", "private", "mood", "how"): CompositeAttribute(type="text"),
                ("composite_attribute", "private", "mood", "much"): CompositeAttribute(type="int"),
            },
            (
                f"alter type {_MOOD} add attribute more text",
                f"alter type {_MOOD} alter attribute much type bigint",
                f"alter type {_MOOD} rename attribute how to what",
                f"alter type {_MOOD} drop attribute how; alter type {_MOOD} add attribute how text",
            ),
        ),
        (
            "range type",
            f"create type {_MOOD} as range (subtype = text)",
            {("range_type", "private", "mood"): RangeType(subtype="text")},
            tuple(
                f"drop type {_MOOD}; create type {_MOOD} as range ({how}); alter type {_MOOD} owner to {OWNER};"
                f"revoke usage on type {_MOOD} from public; {_OPEN}"
                for how in ("subtype = name", 'subtype = text, collation = "C"', _BY_PATTERN)
            ),
        ),
    ],
    ids=["enum_type", "domain", "composite_type", "range_type"],
)
def test_a_type_that_is_not_as_declared_is_named(  # noqa: PLR0917
    platforms: Connection,
    deployed: Database,
    what: str,
    made: str,
    facts: Mapping[tuple[str, ...], Definition],
    otherwise: tuple[str, ...],
) -> None:
    made = f"{made}; alter type {_MOOD} owner to {OWNER}; revoke usage on type {_MOOD} from public"
    wanted = {
        **{ObjectId(kind, tuple(name)): item for (kind, *name), item in facts.items()},
        ObjectId("type_grants", ("private", "mood")): declared_grants(
            [Grant(to="anon", privileges=(Privilege.USAGE,))]
        ),
    }
    found = {}
    for case, sql in {
        "right": f"{made}; {_OPEN}",
        "no grant": made,
        "open": f"{made}; grant usage on type {_MOOD} to anon, authenticated",
        "gone": "select",
        **{change: f"{made}; {_OPEN}; {change}" for change in otherwise},
    }.items():
        with sabotaged(platforms, deployed.url, sql) as stack:
            declared = Declared(stack.declared.settings)
            vars(declared)["facts"] = {**stack.declared.facts, **wanted}
            found[case] = [
                str(finding) for finding in run(NAMED["columns"], replace(stack, declared=declared)).findings
            ]

    assert found.pop("right") == []
    assert {case: len(findings) for case, findings in found.items()} == dict.fromkeys(found, 1)
    assert all(f"{what} {_MOOD}" in findings[0] for findings in found.values()), found


def test_a_materialized_view_that_is_not_as_declared_is_named(platforms: Connection, deployed: Database) -> None:
    id = ObjectId("materialized_view", ("private", "ones"))
    made = f"create materialized view private.ones as select 1 as one; alter table private.ones owner to {OWNER}"
    found = {}
    for case, sql in {
        "right": f"{made}; refresh materialized view private.ones with no data",
        "other query": made.replace("1 as", "2 as"),
        "plain view": "create view private.ones as select 1 as one",
        "gone": "select",
    }.items():
        with sabotaged(platforms, deployed.url, sql) as stack:
            declared = Declared(stack.declared.settings)
            view = MaterializedView(query=" SELECT 1 AS one;")
            vars(declared)["facts"] = {**stack.declared.facts, id: view}
            told = replace(stack, declared=declared)
            vars(told)["ledger"] = {**stack.ledger, id: Entry("", None, {"query": view.query}, 0)}
            found[case] = {finding.object for finding in run(NAMED["views"], told).findings}

    assert found == {"right": set(), **{case: {"private.ones"} for case in ("other query", "plain view", "gone")}}


def test_the_number_of_queries_does_not_depend_on_what_is_declared(
    platforms: Connection, deployed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platforms, "cursor_factory", CountingCursor)
    counted = []
    for left_out in (0, 1):
        with sabotaged(platforms, deployed.url) as stack:
            facts = stack.declared.facts.items()
            fewer = Declared(stack.declared.settings)
            # One in three: of each sort of fact that a check asks about, some stay.
            kept = {
                id: fact for place, (id, fact) in enumerate(facts) if place % 3 >= left_out or id.kind == "cron_job"
            }
            vars(fewer)["facts"] = kept
            monkeypatch.setattr(CountingCursor, "queries", [])
            for check in CHECKS:
                run(check, replace(stack, declared=fewer))
            counted.append(len(CountingCursor.queries))
    assert counted[0] == counted[1]


def test_a_check_that_the_server_refuses_keeps_no_other_from_being_made(
    platforms: Connection, deployed: Database
) -> None:
    refusing = Check("refused", lambda stack: stack.one("select 1 / 0"))
    with sabotaged(platforms, deployed.url) as stack:
        refused = run(refusing, stack)
        assert (refused.name, refused.findings) == ("refused", ())
        assert "the server refuses: division by zero" in str(refused.trouble)
        assert run(NAMED["tables"], stack).findings == ()

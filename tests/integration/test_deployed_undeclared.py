"""The validation of kinds that no stack of the program declares: each time one is told that it does."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from supaschema.core.model import Definition, ObjectId
from supaschema.declarations import ForeignServer, Grant, Privilege, Sequence, UserMapping
from supaschema.kinds.collation import Collation
from supaschema.kinds.composite_attribute import CompositeAttribute
from supaschema.kinds.composite_type import CompositeType
from supaschema.kinds.domain import Domain
from supaschema.kinds.domain_check import DomainCheck
from supaschema.kinds.enum_type import EnumType
from supaschema.kinds.event_trigger import EventTrigger
from supaschema.kinds.grants import declared_grants
from supaschema.kinds.materialized_view import MaterializedView
from supaschema.kinds.range_type import RangeType
from supaschema.kinds.role import Role
from supaschema.kinds.role_membership import RoleMembership
from supaschema.kinds.sql import Sql
from supaschema.resources.foreign_server import ForeignServerResource
from supaschema.resources.sequence import SequenceResource
from supaschema.resources.user_mapping import UserMappingResource
from tests.deployed.registry import run
from tests.deployed.stack import Connection, Entry
from tests.fixtures.deployed import OWNER
from tests.fixtures.postgres import Database
from tests.support.sabotaged import NAMED, declaring, sabotaged


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
        own = {fact.id: fact.definition for fact in SequenceResource().facts(sequence)}
        result = run(NAMED["sequences"], declaring(stack, own))
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
        own = {ObjectId("event_trigger", ("watching",)): fact}
        result = run(NAMED["event triggers"], declaring(stack, own))
    assert (result.trouble, result.proved) == (None, "1 event triggers fire as declared")
    assert [finding.detail for finding in result.findings] == ([] if says is None else [says])


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ("select", None),
        ("drop server books", "it is not there."),
        ("alter server books version '2'", "version is 2, not None."),
        ("alter server books options (set host 'elsewhere')", "options is not the declared one."),
        ("alter server books options (drop api_key)", "options is not the declared one."),
        ("alter server books options (set api_key 'other')", None),
        ("grant usage on foreign server books to anon", "anon has USAGE."),
        ("revoke usage on foreign server books from authenticated", "authenticated lacks USAGE."),
    ],
)
def test_what_was_done_to_a_foreign_server_is_named(
    platforms: Connection, deployed: Database, do: str, says: str | None
) -> None:
    made = f"""create foreign data wrapper anything;
        create server books foreign data wrapper anything options (host 'h', api_key 'k');
        alter server books owner to {OWNER}; grant usage on foreign server books to authenticated;"""
    usage = (Grant(to="authenticated", privileges=(Privilege.USAGE,)),)
    server = ForeignServer(name="books", wrapper="anything", options={"host": "h", "api_key": "k"}, grants=usage)
    with sabotaged(platforms, deployed.url, f"{made}{do}") as stack:
        own = {fact.id: fact.definition for fact in ForeignServerResource().facts(server)}
        result = run(NAMED["foreign servers"], declaring(stack, own))
    assert (result.trouble, result.proved) == (None, "1 foreign servers are reached as declared")
    assert [finding.detail for finding in result.findings] == ([] if says is None else [says])


_PUBLIC = "alter user mapping for public server books"


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ("select", None),
        ("drop user mapping for public server books", "it is not there."),
        (f"{_PUBLIC} options (drop user)", "options is ['password'], not ['password', 'user']."),
        (f"{_PUBLIC} options (set password 'other')", None),
    ],
)  # fmt: skip
def test_what_was_done_to_a_user_mapping_is_named(
    platforms: Connection, deployed: Database, do: str, says: str | None
) -> None:
    made = f"""create foreign data wrapper anything; create server books foreign data wrapper anything;
        alter server books owner to {OWNER};
        create user mapping for public server books options (user 'u', password 'p');"""
    mapping = UserMapping(server="books", user="public", options={"user": "u", "password": "p"})
    with sabotaged(platforms, deployed.url, f"{made}{do}") as stack:
        own = {fact.id: fact.definition for fact in UserMappingResource().facts(mapping)}
        result = run(NAMED["user mappings"], declaring(stack, own))
    assert (result.trouble, result.proved) == (None, "1 user mappings are there")
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
        own = {ObjectId("default_grants", name): item for name, item in facts.items()}
        result = run(NAMED["default privileges"], declaring(stack, own))
    assert (result.trouble, result.proved) == (None, "2 default privileges give what is declared")
    assert [finding.detail for finding in result.findings] == says


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ("select", []),
        ("drop role declared_reader", ["it is not there."]),
        ("alter role declared_reader login inherit createdb",
         ["login is True, not False.", "inherit is True, not False.", "rights is createdb, not ."]),
    ],
)  # fmt: skip
def test_what_was_done_to_a_role_is_named(platforms: Connection, deployed: Database, do: str, says: list[str]) -> None:
    with sabotaged(platforms, deployed.url, f"create role declared_reader noinherit; {do}") as stack:
        own = {ObjectId("role", ("declared_reader",)): Role(inherit=False)}
        result = run(NAMED["group roles"], declaring(stack, own))
    assert (result.trouble, result.proved) == (None, "1 roles may do what is declared")
    assert [finding.detail for finding in result.findings] == says


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ("select", []),
        ("revoke declared_reader from anon", ["it is not there."]),
        ("grant declared_reader to anon with admin option", ["admin is True, not False."]),
        ("grant declared_reader to authenticated", ["nobody declares it."]),
    ],
)
def test_what_was_done_to_a_membership_is_named(
    platforms: Connection, deployed: Database, do: str, says: list[str]
) -> None:
    made = "create role declared_reader; grant declared_reader to anon"
    with sabotaged(platforms, deployed.url, f"{made}; {do}") as stack:
        own = {
            ObjectId("role", ("declared_reader",)): Role(),
            ObjectId("role_membership", ("declared_reader", "anon")): RoleMembership(),
        }
        result = run(NAMED["memberships"], declaring(stack, own))
    assert (result.trouble, result.proved) == (None, "1 memberships are as declared")
    assert [finding.detail for finding in result.findings] == says


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
            found[case] = [str(finding) for finding in run(NAMED["columns"], declaring(stack, wanted)).findings]

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
            view = MaterializedView(query=" SELECT 1 AS one;")
            told = declaring(stack, {id: view})
            vars(told)["ledger"] = {**stack.ledger, id: Entry("", None, {"query": view.query}, 0)}
            found[case] = {finding.object for finding in run(NAMED["views"], told).findings}

    assert found == {"right": set(), **{case: {"private.ones"} for case in ("other query", "plain view", "gone")}}


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ("select", None),
        ("drop collation public.words", "it is not there."),
        ("alter collation public.words owner to supabase_admin", "owner is supabase_admin, not postgres."),
        (
            """drop collation public.words; create collation public.words (lc_collate = 'C', lc_ctype = 'POSIX');
            alter collation public.words owner to postgres""",
            "lc ctype is POSIX, not C.",
        ),
    ],
)
def test_what_was_done_to_a_collation_is_named(
    platforms: Connection, deployed: Database, do: str, says: str | None
) -> None:
    made = "create collation public.words (locale = 'C'); alter collation public.words owner to postgres;"
    own = {ObjectId("collation", ("public", "words")): Collation(provider="libc", lc_collate="C", lc_ctype="C")}
    with sabotaged(platforms, deployed.url, f"{made}{do}") as stack:
        result = run(NAMED["collations"], declaring(stack, own))
    assert (result.trouble, result.proved) == (None, "1 collations order texts as declared")
    assert [finding.detail for finding in result.findings] == ([] if says is None else [says])


@pytest.mark.parametrize(
    ("recorded", "check", "says"),
    [
        ({}, "select 100 % 2 = 0", []),
        ({}, "select false", ["its check says that it is not applied."]),
        ({"up": "select 3"}, "select true", ["up is select 3, not select 2."]),
        (None, "select true", ["it is not there."]),
    ],
)
def test_statements_that_are_not_recorded_as_declared_or_not_applied_are_named(
    platforms: Connection, deployed: Database, recorded: dict[str, str] | None, check: str, says: list[str]
) -> None:
    definition = Sql(up="select 2", check=check)
    text = json.dumps({"up": definition.up, "check": check, **(recorded or {})}).replace("'", "''")
    made = f"insert into supaschema.statements (name, definition) values ('odd', '{text}')"
    with sabotaged(platforms, deployed.url, "select" if recorded is None else made) as stack:
        result = run(NAMED["statements"], declaring(stack, {ObjectId("sql", ("odd",)): definition}))
    assert (result.trouble, result.proved) == (None, "1 Sql are applied")
    assert [finding.detail for finding in result.findings] == says

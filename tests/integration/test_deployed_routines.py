"""The validation of procedures and aggregates: no stack of the program declares one, so one is told that it does."""

from __future__ import annotations

import pytest

from supaschema.core.model import Definition, ObjectId
from supaschema.kinds.aggregate import Aggregate
from supaschema.kinds.function import Function
from supaschema.kinds.function_grants import execute_fact
from tests.deployed.registry import run
from tests.deployed.stack import Connection, Entry
from tests.fixtures.deployed import OWNER
from tests.fixtures.postgres import Database
from tests.support.sabotaged import NAMED, declaring, sabotaged

_TOTAL = "private.total(integer)"
_SWEEP = "private.sweep(integer)"


@pytest.mark.parametrize(
    ("id", "definition", "made", "otherwise"),
    [
        (
            ObjectId("aggregate", ("private", "total", "integer")),
            Aggregate(sfunc="pg_catalog.int4larger", stype="integer", initcond="0"),
            f"create aggregate {_TOTAL} (sfunc = int4larger, stype = integer, initcond = '0')",
            (
                f"create or replace aggregate {_TOTAL} (sfunc = int4larger, stype = integer)",
                f"create or replace aggregate {_TOTAL} (sfunc = int4smaller, stype = integer, initcond = '0')",
                f"alter aggregate {_TOTAL} owner to supabase_admin",
                f"drop aggregate {_TOTAL}",
            ),
        ),
        (
            ObjectId("procedure", ("private", "sweep", "integer")),
            Function(returns="", language="sql", body="select 1", settings={"search_path": "pg_catalog, pg_temp"}),
            f"create procedure {_SWEEP} language sql set search_path = pg_catalog, pg_temp as 'select 1'",
            (
                f"alter procedure {_SWEEP} security definer",
                f"alter procedure {_SWEEP} owner to supabase_admin",
                f"drop procedure {_SWEEP}; create function {_SWEEP} returns integer language sql as 'select 1'",
            ),
        ),
    ],
    ids=["aggregate", "procedure"],
)
def test_a_routine_that_is_not_as_declared_is_named(  # noqa: PLR0917
    platforms: Connection,
    deployed: Database,
    id: ObjectId,
    definition: Definition,
    made: str,
    otherwise: tuple[str, ...],
) -> None:
    called = f"{id.name[0]}.{id.name[1]}({id.name[2]})"
    made = f"{made}; alter {id.kind} {called} owner to {OWNER}"
    opened = f"grant execute on routine {called} to anon"
    made = f"{made}; revoke all on routine {called} from public, anon, authenticated, service_role"
    grants = execute_fact(id.kind, (id.name[0], id.name[1], id.name[2]), ["anon"])
    found = {}
    for case, sql in {
        "right": f"{made}; {opened}",
        "no grant": made,
        **{change: f"{made}; {opened}; {change}" for change in otherwise},
    }.items():
        with sabotaged(platforms, deployed.url, sql) as stack:
            told = declaring(stack, {id: definition, grants.id: grants.definition})
            spelled = Entry("", None, {"signature": "(IN integer)"}, 0)
            vars(told)["ledger"] = {**stack.ledger, id: spelled}
            checks = (NAMED["functions"], NAMED["execution"])
            found[case] = {str(finding) for check in checks for finding in run(check, told).findings}

    assert found.pop("right") == set()
    assert all(any(f"{id.kind} {called}" in text for text in texts) for texts in found.values()), found

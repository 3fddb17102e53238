"""Functions: with whose rights they run, what is fixed for a call, what they say, and who may call them."""

from __future__ import annotations

from supaschema.kinds.function import Function
from supaschema.kinds.grants import Grants
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack

_SAFE = {"temporary_objects_last": True}
_OWN_SCHEMAS = ("supaschema", "supaschema_archive")


def functions(stack: Stack) -> Verdict:
    """Each declared function is the deploying role's own, runs as declared, and looks at temporary objects last."""
    live = stack.by_name("functions", "schema", "name", "types")
    wanted = dict(stack.declared.of("function", Function))
    found: list[Finding] = []
    for id, function in wanted.items():
        expected = {
            "owner": stack.owner,
            "language": function.language,
            "security_definer": function.security_definer,
            "volatility": function.volatility,
            "strict": function.strict,
            "settings": sorted(f"{name}={value}" for name, value in function.settings.items()),
            **_SAFE,
            "signature": stack.spelled(id, "signature"),
            "body": function.body,
        }
        row = live.get(id.name)
        live_one = row and {**row, "settings": sorted(row["settings"])}
        found += differences(label(id.name), expected, live_one, untold=("body",))
    # Of the tool's own those alone are there that its version needs: what they are called is not declared.
    own = stack.rows("functions", schemas=list(_OWN_SCHEMAS))
    for row in own:
        found += differences(label((row["schema"], row["name"], row["types"])), _SAFE, row)
    definers = sum(function.security_definer for function in wanted.values())
    proved = (
        f"{len(wanted)} functions say what is declared, {definers} as definer;"
        f" these and {len(own)} of the ledger find no temporary object before the server's"
    )
    return Verdict(proved, tuple(found))


def execution(stack: Stack) -> Verdict:
    """Each declared function may be called by the roles declared, and in effect by no other of the API's."""
    held: dict[tuple[str, ...], set[str]] = {}
    for row in stack.rows("function_privileges"):
        held.setdefault((row["schema"], row["name"], row["types"]), set()).add(row["role"])
    wanted = dict(stack.declared.of("function_grants", Grants))
    found: list[Finding] = []
    for id, grants in wanted.items():
        declared = {entry.grantee for entry in grants.entries if entry.privileges}
        everybody = set(grants.managed) if "public" in declared else set()
        live = held.get(id.name, set()).intersection(grants.managed)
        found += [Finding(label(id.name), f"{role} may call it.") for role in sorted(live - declared - everybody)]
        found += [Finding(label(id.name), f"{role} may not call it.") for role in sorted(declared - live)]
    return Verdict(f"{len(wanted)} functions may be called by those declared alone", tuple(found))


def label(name: tuple[str, ...]) -> str:
    """Return a function's name for people."""
    return f"function {name[0]}.{name[1]}({name[2]})"

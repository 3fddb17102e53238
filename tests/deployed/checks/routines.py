"""Functions and procedures: with whose rights and settings they run, what they say, and who may call them."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.core.model import ObjectId
from supaschema.core.printable import dotted
from supaschema.kinds.aggregate_definition import Aggregate
from supaschema.kinds.function import Function
from supaschema.kinds.grants import Grants
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack

_SAFE = {"temporary_objects_last": True}
_OWN_SCHEMAS = ("supaschema", "supaschema_archive")


def functions(stack: Stack) -> Verdict:
    """Each declared function is the deploying role's own, runs as declared, and looks at temporary objects last."""
    live = stack.by_name("functions", "kind", "schema", "name", "types")
    wanted = dict((*stack.declared.of("function", Function), *stack.declared.of("procedure", Function)))
    found: list[Finding] = []
    for id, function in wanted.items():
        expected = {
            "owner": stack.owner,
            "language": function.language,
            "security_definer": function.security_definer,
            "volatility": function.volatility,
            "strict": function.strict,
            "settings": sorted(f"{name}={value}" for name, value in function.settings.items()),
            # A procedure that ends transactions has its caller's path.
            **(_SAFE if "search_path" in function.settings else {}),
            "signature": stack.spelled(id, "signature"),
            "body": function.body,
        }
        row = live.get((id.kind, *id.name))
        live_one = row and {**row, "settings": sorted(row["settings"])}
        found += differences(label(id), expected, live_one, untold=("body",))
    found += _aggregates(stack)
    # Of the tool's own those alone are there that its version needs: what they are called is not declared.
    own = stack.rows("functions", schemas=list(_OWN_SCHEMAS))
    for row in own:
        name = (row["schema"], row["name"], row["types"])
        found += differences(label(ObjectId(row["kind"], name)), _SAFE, row)
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
    kinds = ("function_grants", "procedure_grants", "aggregate_grants")
    wanted = {id: grants for kind in kinds for id, grants in stack.declared.of(kind, Grants)}
    found: list[Finding] = []
    for id, grants in wanted.items():
        declared = {entry.grantee for entry in grants.entries if entry.privileges}
        everybody = set(grants.managed) if "public" in declared else set()
        live = held.get(id.name, set()).intersection(grants.managed)
        found += [Finding(label(id), f"{role} may call it.") for role in sorted(live - declared - everybody)]
        found += [Finding(label(id), f"{role} may not call it.") for role in sorted(declared - live)]
    return Verdict(f"{len(wanted)} functions may be called by those declared alone", tuple(found))


def _aggregates(stack: Stack) -> Iterator[Finding]:
    live = stack.by_name("aggregates", "schema", "name", "types")
    for id, aggregate in stack.declared.of("aggregate", Aggregate):
        alike = ("direct", "hypothetical", "stype", "initcond", "parallel")
        said = {name: getattr(aggregate, name) for name in alike}
        expected = {"owner": stack.owner, **said, "functions": list(aggregate.functions)}
        yield from differences(label(id), expected, live.get(id.name))


def label(id: ObjectId) -> str:
    """Return a routine's name for people."""
    return f"{id.kind.removesuffix('_grants')} {dotted(id.kind, id.name)}"

"""Who may do what, in effect: row level security, policies, and privileges by whatever way they came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from supaschema.kinds.grants import ALL, Grants
from supaschema.kinds.policy import Policy
from supaschema.kinds.row_security import RowSecurity
from supaschema.supabase.roles import API_ROLES
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack, named

LEDGER = ("supaschema", "supaschema_archive")
MAINTAIN_SINCE = 17
COLUMN_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
RELATION_PRIVILEGES = {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"}


def row_security(stack: Stack) -> Verdict:
    """Row level security is on where it is declared, and for a table's owner too where that is."""
    live = stack.by_name("relations", "schema", "name")
    wanted = dict(stack.declared.of("row_security", RowSecurity))
    found = [
        finding
        for id, flags in wanted.items()
        for finding in differences(
            named(*id.name), {"row_security": flags.enabled, "forced": flags.forced}, live.get(id.name)
        )
    ]
    return Verdict(f"{len(wanted)} tables have row level security on", tuple(found))


def policies(stack: Stack) -> Verdict:
    """Each declared policy is as deployed, and tables whose access is declared have no other."""
    live = stack.by_name("policies", "schema", "relation", "name")
    wanted = dict(stack.declared.of("policy", Policy))
    found: list[Finding] = []
    for id, policy in wanted.items():
        expected = {
            "command": policy.command,
            "permissive": policy.permissive,
            "roles": sorted(policy.roles),
            "using": stack.spelled(id, "using") if policy.using is not None else None,
            "check": stack.spelled(id, "check") if policy.check is not None else None,
        }
        row = live.get(id.name)
        found += differences(_policy(id.name), expected, row and {**row, "roles": sorted(row["roles"])})
    closed = {id.name for id, _ in stack.declared.of("row_security", RowSecurity)}
    declared = {id.name for id in wanted}
    found += [
        Finding(_policy(name), "nobody declares it.")
        for name in sorted(live)
        if name[:2] in closed and name not in declared
    ]
    return Verdict(f"{len(wanted)} policies as declared, none beside them on {len(closed)} tables", tuple(found))


def grants(stack: Stack) -> Verdict:
    """Each role may do with a table, a view, a column what is declared, and in effect nothing else, by whatever way."""
    rows = stack.rows("relation_privileges")
    known = RELATION_PRIVILEGES if stack.major >= MAINTAIN_SINCE else RELATION_PRIVILEGES - {"MAINTAIN"}
    declared = {id.name: grants for id, grants in stack.declared.of("table_grants", Grants)}
    whole: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    found: list[Finding] = []
    for row in rows:
        relation = (row["schema"], row["relation"])
        whole.setdefault(relation, set()).add((row["role"], row["privilege"]))
        if row["grantable"] and relation in declared:
            found.append(Finding(named(*relation), f"{row['role']} may hand {row['privilege']} on."))
    for name, grants in declared.items():
        found += compared(named(*name), effective(grants, known), whole.get(name, set()), grants.managed)
    columns, count = _column_findings(stack, declared, whole)
    proved = f"privileges on {len(declared)} tables and views and on {count} columns are the declared ones"
    return Verdict(proved, (*found, *columns))


def schemas(stack: Stack) -> Verdict:
    """Each declared schema exists, and is open in effect to those declared alone; the ledger's schemas to none."""
    held: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    for row in stack.rows("schema_privileges"):
        held.setdefault((row["schema"],), set()).update((row["role"], name) for name in row["privileges"])
    wanted = dict(stack.declared.of("schema_grants", Grants))
    found: list[Finding] = []
    for id, grants in wanted.items():
        if id.name not in held:
            found.append(Finding(f"schema {id.name[0]}", "it is not there."))
            continue
        declared = effective(grants, ("USAGE", "CREATE"))
        found += compared(f"schema {id.name[0]}", declared, held[id.name], grants.managed)
    for name in LEDGER:
        found += compared(f"schema {name}", set(), held.get((name,), set()), API_ROLES)
    closed = " and ".join(LEDGER)
    return Verdict(f"{len(wanted)} schema is open to those declared alone, {closed} to none of them", tuple(found))


def _column_findings(
    stack: Stack, of_table: Mapping[tuple[str, ...], Grants], whole: Mapping[tuple[str, ...], set[tuple[str, str]]]
) -> tuple[list[Finding], int]:
    """Return what is wrong with single columns, apart from privileges on the whole table; and their number."""
    held: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    for row in stack.rows("column_privileges"):
        held.setdefault((row["schema"], row["relation"], row["name"]), set()).add((row["role"], row["privilege"]))
    own = {id.name: grants for id, grants in stack.declared.of("column_grants", Grants)}
    found: list[Finding] = []
    names = [name for name in held if name[:2] in of_table]
    for name in sorted({*names, *(name for name in own if name[:2] in of_table)}):
        grants = of_table[name[:2]]
        by_table, live_table = effective(grants, COLUMN_PRIVILEGES), whole.get(name[:2], set())
        by_column = (effective(own[name], COLUMN_PRIVILEGES) if name in own else set()) - by_table
        live = held.get(name, set()) - (live_table - by_column) - by_table
        found += compared(named(*name), by_column, live, grants.managed)
    return found, len(names)


def effective(grants: Grants, known: Iterable[str]) -> set[tuple[str, str]]:
    """Return what each managed role is to hold in effect: its own grants, and those of PUBLIC."""
    possible = set(known)
    by_role = {
        entry.grantee: possible if ALL in entry.privileges else possible.intersection(entry.privileges)
        for entry in grants.entries
    }
    everybody = by_role.get("public", set())
    return {(role, name) for role in grants.managed for name in by_role.get(role, set()) | everybody}


def compared(
    name: str, wanted: set[tuple[str, str]], held: set[tuple[str, str]], managed: Iterable[str]
) -> Iterable[Finding]:
    live = {pair for pair in held if pair[0] in set(managed)}
    for text, pairs in (("has", live - wanted), ("lacks", wanted - live)):
        by_role: dict[str, list[str]] = {}
        for role, privilege in sorted(pairs):
            by_role.setdefault(role, []).append(privilege)
        for role, privileges in by_role.items():
            yield Finding(name, f"{role} {text} {', '.join(privileges)}.")


def _policy(name: tuple[str, ...]) -> str:
    return f'policy "{name[2]}" on {name[0]}.{name[1]}'

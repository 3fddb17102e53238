"""Default privileges: what roles are given of what one makes later."""

from __future__ import annotations

from supaschema.kinds.default_grants import KNOWN
from supaschema.kinds.grants import ALL, Grants
from supaschema.kinds.table_grants import MAINTAIN_SINCE
from tests.deployed.findings import Finding, Verdict
from tests.deployed.stack import Stack


def default_privileges(stack: Stack) -> Verdict:
    """What is made later is open to the roles declared, with the privileges declared, and to no other."""
    live = stack.by_name("default_privileges", "role", "schema", "objects", "grantee")
    wanted = dict(stack.declared.of("default_grants", Grants))
    found: list[Finding] = []
    for id, grants in wanted.items():
        place = (id.name[0], id.name[1] if id.name[1:-1] else "", id.name[-1])
        given = {name[-1]: set(row["privileges"]) for name, row in live.items() if name[:3] == place}
        known = (*KNOWN[id.name[-1]], *(("MAINTAIN",) if stack.major >= MAINTAIN_SINCE else ()))
        expected = {
            it.grantee: {*(known if ALL in it.privileges else it.privileges)} & {*known} for it in grants.entries
        }
        for role in sorted({*given, *expected}):
            less, more = (expected.get(role, set()), given.get(role, set()))
            found += [Finding(str(id), f"{role} lacks {name}.") for name in sorted(less - more)]
            found += [Finding(str(id), f"{role} has {name}.") for name in sorted(more - less)]
    return Verdict(f"{len(wanted)} default privileges give what is declared", tuple(found))

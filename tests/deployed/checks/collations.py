"""Collations: by whose rules texts are ordered, and whose they are."""

from __future__ import annotations

from supaschema.kinds.collation import Collation
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack, named


def collations(stack: Stack) -> Verdict:
    """Each declared collation is the stack's own, and orders and compares texts as declared."""
    live = stack.by_name("collations", "schema", "name")
    wanted = dict(stack.declared.of("collation", Collation))
    found: list[Finding] = []
    for id, item in wanted.items():
        expected = {
            "owner": stack.owner,
            "provider": item.provider,
            "lc_collate": item.lc_collate,
            "lc_ctype": item.lc_ctype,
            "deterministic": item.deterministic,
            "rules": item.rules,
            "locale": stack.spelled(id, "locale"),
        }
        found += differences(f"collation {named(*id.name)}", expected, live.get(id.name))
    return Verdict(f"{len(wanted)} collations order texts as declared", tuple(found))

"""Extensions: that they are there, and where."""

from __future__ import annotations

from supaschema.kinds.extension import Extension
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack


def extensions(stack: Stack) -> Verdict:
    """Each declared extension exists, in the declared schema where one is declared."""
    live = stack.by_name("extensions", "name")
    wanted = dict(stack.declared.of("extension", Extension))
    found: list[Finding] = []
    for id, extension in wanted.items():
        expected = {} if extension.schema is None else {"schema": extension.schema}
        found += differences(f"extension {id.name[0]}", expected, live.get(id.name))
    return Verdict(f"{len(wanted)} extensions are there", tuple(found))

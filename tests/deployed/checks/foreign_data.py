"""Foreign data: by what the database reaches others, and who may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from supaschema.core.option_secrets import is_key
from supaschema.kinds.foreign_server import ForeignServer
from supaschema.kinds.grants import Grants
from supaschema.kinds.user_mapping import UserMapping
from tests.deployed.checks.access import compared, effective
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack


def foreign_servers(stack: Stack) -> Verdict:
    """Each declared foreign server is reached as declared, keys aside, and open in effect to those declared alone."""
    live = stack.by_name("foreign_servers", "name")
    wanted = dict(stack.declared.of("foreign_server", ForeignServer))
    given = dict(stack.declared.of("foreign_server_grants", Grants))
    found: list[Finding] = []
    for id, item in wanted.items():
        name, row = f"foreign server {id.name[0]}", live.get(id.name)
        expected = {
            "wrapper": item.wrapper,
            "type": item.type,
            "version": item.version,
            "options": _without_keys(item.options.items()),
        }
        if row is None:
            found += differences(name, expected, None)
            continue
        options = [text.partition("=")[::2] for text in row["options"]]
        found += differences(name, expected, {**row, "options": _without_keys(options)}, untold=("options",))
        grants = next((it for other, it in given.items() if other.name == id.name), Grants())
        held = {(role, "USAGE") for role in row["users"]}
        found += compared(name, effective(grants, ("USAGE",)), held, grants.managed)
    return Verdict(f"{len(wanted)} foreign servers are reached as declared", tuple(found))


def user_mappings(stack: Stack) -> Verdict:
    """Each declared user mapping exists, with the declared options, as far as the server shows their names."""
    live = stack.by_name("user_mappings", "server", "role")
    wanted = dict(stack.declared.of("user_mapping", UserMapping))
    found: list[Finding] = []
    for id, item in wanted.items():
        row = live.get(id.name)
        # Where there are none nothing is shown either.
        expected = {"options": sorted(item.options or {})} if row is not None and row["shown"] else {}
        found += differences(f"user mapping {'.'.join(id.name)}", expected, row)
    return Verdict(f"{len(wanted)} user mappings are there", tuple(found))


def _without_keys(options: Iterable[tuple[str, str]]) -> Mapping[str, str | None]:
    return {name: None if is_key(name) else value for name, value in options}

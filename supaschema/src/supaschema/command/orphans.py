"""Name what the ledger holds of a stack and its state does not; the state is what `pulumi stack export` prints."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from supaschema.command.outcome import Exit, complain, listed, say
from supaschema.core.model import ObjectId
from supaschema.core.sqltext import compose
from supaschema.core.urn import Urn
from supaschema.database.connect import Database
from supaschema.ledger import identity
from supaschema.provider.incarnations import LEDGER_URN


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--state", type=Path, metavar="FILE", help="the state (default: standard input)")
    parser.add_argument("--stack", help="the stack, where the state is empty and does not name it")


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Print the orphans; 2 where there are any."""
    try:
        text = options.state.read_text(encoding="utf-8") if options.state else sys.stdin.read()
        resources = _resources(json.loads(text))
        stacks = {options.stack} if options.stack else {Urn.parse(urn).stack for urn, _ in resources}
    except (OSError, ValueError, AttributeError, TypeError, RecursionError) as error:
        complain(f"this is no state ({type(error).__name__}). Give what `pulumi stack export` prints.")
        return Exit.MISSING
    if not stacks:
        complain("the state is empty and names no stack. Add --stack STACK.")
        return Exit.MISSING
    found = _orphans(database, stacks, {name for names in resources for name in names})
    if not found:
        say(f"The ledger holds nothing of stack {', '.join(sorted(stacks))} that its state does not.")
        return Exit.DONE
    say(*listed("In the ledger, and not in the state:", found))
    say(
        "Declared again under the same name, `pulumi up` knows them again; what was taken out of the program since "
        "can then be removed by another `pulumi up`."
    )
    return Exit.FINDINGS


def _resources(state: Any) -> list[tuple[str, str]]:
    # The URN of each resource, and the one by which the ledger may know it.
    found = state["deployment"].get("resources") or []
    return [(item["urn"], (item.get("outputs") or {}).get(LEDGER_URN, item["urn"])) for item in found]


def _orphans(database: Database, stacks: Iterable[str], known: set[str]) -> list[str]:
    with database.connection() as connection:
        if not identity.exists(connection):
            return []
        identity.check(connection, database.server)
        query = compose("select urn, object, made from {} order by urn, object", identity.relation(connection))
        rows = connection.execute(query).fetchall()
    return [
        f"{ObjectId.from_key(key)} ({'made' if made else 'there before'}) of {urn}"
        for urn, key, made in rows
        if Urn.parse(urn).stack in stacks and urn not in known
    ]

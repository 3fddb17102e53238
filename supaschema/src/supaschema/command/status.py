"""Tell whose ledger this is, which stacks are in it, and what is archived."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import yaml

from supaschema.archive import contents as archive_contents
from supaschema.archive.columns import WATCH
from supaschema.command.outcome import Exit, listed, say
from supaschema.core.errors import SupaschemaError
from supaschema.core.lints import let_off
from supaschema.core.urn import Urn
from supaschema.database.connect import Database
from supaschema.database.settings import lints_from
from supaschema.ledger import identity
from supaschema.review.stack_settings import project_name, read_yaml, settings_without_secrets
from supaschema.review.words import number


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no argument."""


def run(_: argparse.Namespace, database: Database) -> Exit:
    """Print it; 2 where the database is a copy that nobody has claimed."""
    server = database.server
    say(f"database {server.database}, PostgreSQL {server.major}, as {server.user}")
    with database.connection() as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        if not identity.exists(connection):
            say("There is no ledger: nothing is managed here.")
            return Exit.DONE
        known = identity.speaks_of(connection, server)
        say(
            "The ledger speaks of this database." if known else "This is a copy: the ledger speaks of another database."
        )
        resources = identity.resources(connection)
        say(*listed("Stacks:", stacks(resources)))
        say(*listed("Let off, by the settings in this folder:", rules_let_off(Path.cwd(), resources)))
        say(*listed("In the archive:", archive_contents.everything(connection)))
        left = (f"trigger {WATCH} on {table}" for table in archive_contents.watched(connection))
        say(*listed("Left by a drop of columns that was interrupted; the table's next deployment removes it:", left))
    return Exit.DONE if known else Exit.FINDINGS


def stacks(resources: Iterable[identity.Resource]) -> list[str]:
    """Return a line for each stack."""
    grouped: dict[str, list[identity.Resource]] = {}
    for resource in resources:
        grouped.setdefault(resource.stack, []).append(resource)
    return [f"{stack}: {_amount(own)}" for stack, own in sorted(grouped.items())]


def rules_let_off(folder: Path, resources: Iterable[identity.Resource]) -> list[str]:
    """Return a line for each lint that is no error in a stack whose project is in the folder; no file: none."""
    project = project_name(folder)
    known = {Urn.parse(resource.urn).stack_and_project for resource in resources}
    return [
        f"{stack}: {sentence}" for stack, of in sorted(known) if of == project for sentence in _lints(folder, stack)
    ]


def _lints(folder: Path, stack: str) -> list[str]:
    try:
        said = settings_without_secrets(folder, stack).get("config", {}).get("supaschema:lints")
        # A setting that was given as text on a command line is text in the file, too.
        found = read_yaml(said) if isinstance(said, str) else said
        return list(let_off(lints_from({"lints": found if isinstance(found, list) else [found] if found else []})))
    except (SupaschemaError, yaml.YAMLError, RecursionError):
        return ["what supaschema:lints says is not understood"]


def _amount(resources: list[identity.Resource]) -> str:
    objects, made = sum(item.objects for item in resources), sum(item.made for item in resources)
    return f"{number(objects, 'object')} of {number(len(resources), 'resource')}; {objects - made} were there before"

"""The team: two stacks that were deployed by hand, with an auditor each, and what their environments on GitHub hold."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import psycopg

from roles import SCHEMA_AUDITOR
from tests.support.catalog import one
from tests.support.clone import Clone
from tests.support.shell import Shell
from tools.rehearsal.proofs import Outcome, RehearsalError

STACKS = {"staging": 30, "prod": 180}
"""How many days each keeps sync logs before the change."""
_OF_THE_STATE = ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE")
_URL = "SUPASCHEMA_DATABASE_URL"
_SYNC_LOGS = "'public.purge_connector_sync_logs(integer, integer)'::regprocedure"


@dataclass(frozen=True, slots=True)
class Team:
    """The clone in which it works, and the variables of each stack."""

    clone: Clone
    variables: Mapping[str, Mapping[str, str]]
    password: str
    """The auditor's."""

    @property
    def stacks(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.variables)

    @classmethod
    def formed(cls, clone: Clone, documents: int) -> Team:
        """Make the databases and deploy both stacks by hand.

        Raises:
            RehearsalError: A command failed.

        """
        variables = {name: clone.team_environment(name, documents) | {"STACK": name} for name in STACKS}
        login = clone.folder / "auditor"
        for name, given in variables.items():
            with Shell(clone.project, given, clone.folder / name) as shell:
                for command in _by_hand(name, str(login), is_first=not login.exists()):
                    ran = shell.run(command)
                    if ran.code != 0:
                        told = clone.without_secrets(ran.output)
                        raise RehearsalError(Outcome.FAILED, f"{name}: `{command}` ended with {ran.code}:\n{told}")
        return cls(clone, variables, login.read_text(encoding="utf-8").strip())

    def environments(self) -> dict[str, dict[str, str]]:
        """Return the secrets of each environment, as docs/ci.md says."""
        found: dict[str, dict[str, str]] = {}
        for name, given in self.variables.items():
            state = {key: given[key] for key in _OF_THE_STATE}
            parts = urlsplit(given[_URL])
            login = f"{SCHEMA_AUDITOR.name}:{quote(self.password, safe='')}@{parts.hostname}:{parts.port}"
            found[name] = {**state, _URL: given[_URL]}
            found[f"{name}-readonly"] = {**state, _URL: parts._replace(netloc=login).geturl()}
        return found

    def keep_logs_longer(self) -> None:
        """Keep sync logs for a day more, in both stacks' settings."""
        for name, days in STACKS.items():
            path = self.clone.project / f"Pulumi.{name}.yaml"
            text = path.read_text(encoding="utf-8")
            if f"syncLogs: {days}\n" not in text:
                raise RehearsalError(Outcome.DIFFERENT, f"{path.name} does not say `syncLogs: {days}`.")
            path.write_text(text.replace(f"syncLogs: {days}\n", f"syncLogs: {days + 1}\n"), encoding="utf-8")

    def require_longer(self) -> None:
        """See that both databases do.

        Raises:
            RehearsalError: One does not.

        """
        for name, days in STACKS.items():
            with psycopg.connect(self.variables[name][_URL], autocommit=True) as connection:
                live = str(one(connection, f"select pg_get_function_arguments({_SYNC_LOGS})"))
            if f"days_old integer DEFAULT {days + 1}" not in live:
                raise RehearsalError(Outcome.DIFFERENT, f"{name} keeps sync logs otherwise: {live}.")


def _by_hand(name: str, login: str, *, is_first: bool) -> tuple[str, ...]:
    verifier = shlex.quote(f"{login}.verifier")
    new = f"python -m connectors.machine_login new {shlex.quote(login)} >{verifier}"
    return (
        "make setup",
        'eval "$(make -s env)"',
        f"pulumi stack init {name}",
        f"pulumi config set --path 'machineRoles[0]' {SCHEMA_AUDITOR.name}",
        "pulumi up --skip-preview",
        # The server's roles are those of both databases.
        *([new] if is_first else []),
        f"python -m connectors.machine_login apply {SCHEMA_AUDITOR.name} --verifier <{verifier}",
        # What was there before the stack came is no drift.
        "make drift ARGS=--accept",
    )

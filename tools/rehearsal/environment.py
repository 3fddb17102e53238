"""One stack of the rehearsal: its database, and a shell in which its commands are those of the README."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from localdb import platform
from localdb.platform import DefaultPrivileges
from tests.fixtures.postgres import Database, Server
from tests.support.catalog import one
from tests.support.clone import Clone
from tests.support.shell import Ran, Shell
from tools.rehearsal.proofs import Outcome, RehearsalError, Standing, last_entry, nobody_refused, ran_since

LAST_LINES = 30
_WANTS_CONSENT = ("not allowed in this stack", "A protected stack takes no consents")
_SYNC_LOGS = "'public.purge_connector_sync_logs(integer, integer)'::regprocedure"


@dataclass(slots=True)
class Environment:
    """A stack, and the steps that it goes through; each proves something and says so, or raises `RehearsalError`."""

    name: str
    clone: Clone
    database: Database
    shell: Shell
    before: Standing
    began: float = field(default_factory=time.monotonic)

    def run(self, command: str) -> str:
        """Run a command and return what it says; where it fails, end the rehearsal."""
        ran = self.shell.run(command)
        if ran.code == 0:
            return ran.output
        wants_consent = any(text in ran.output for text in _WANTS_CONSENT)
        raise self._ended(command, ran, Outcome.DIFFERENT if wants_consent else Outcome.FAILED)

    def deploy(self) -> None:
        """Bring the whole system into the database while people use it."""
        self.began = time.monotonic()
        with nobody_refused(self.database, "during the deployment") as looks:
            self.run("pulumi up")
        self._say(f"deployed: {ran_since(self.database, 0)}")
        self._say(f"nobody was refused or kept waiting: {_told(looks)}")
        self.before.require_rows(Standing.of(self.database), "after the deployment")
        self._say(
            f"the numbers of rows of {len(self.before.rows)} tables are as before: {sum(self.before.rows.values())}"
        )
        self.validate()
        self.compare()
        self.repeat()

    def validate(self) -> None:
        """Hold what stands against what is declared."""
        told = self._script("scripts/validate.sh")
        self._say(f"validated (scripts/validate.sh): {told.splitlines()[-1]}")

    def compare(self) -> None:
        """Compare the database with what was deployed."""
        self._script("scripts/drift.sh --program")
        self._say("the database is as it was deployed (scripts/drift.sh --program)")

    def repeat(self) -> None:
        """See that a second deployment runs nothing."""
        entry = last_entry(self.database)
        self.run("pulumi up")
        if again := ran_since(self.database, entry).statements:
            raise RehearsalError(Outcome.DIFFERENT, f"a second deployment ran {again} statements.")
        self._say("a second deployment ran no statement")

    def change(self) -> None:
        """Keep sync logs for one day more: a small change of a stack that stands."""
        self.began = time.monotonic()
        entry = last_entry(self.database)
        days = int(self.run("pulumi config get --path retention.syncLogs")) + 1
        self.run(f"pulumi config set --path retention.syncLogs {days}")
        with nobody_refused(self.database, "during the change"):
            self.run("pulumi up")
        with self.database.connect() as connection:
            live = str(one(connection, f"select pg_get_function_arguments({_SYNC_LOGS})"))
        if f"days_old integer DEFAULT {days}" not in live:
            raise RehearsalError(Outcome.DIFFERENT, f"sync logs are not kept for {days} days, but: {live}.")
        self._say(f"changed: sync logs are kept for {days} days; {ran_since(self.database, entry)}")
        self.validate()

    def roll_back(self) -> None:
        """Take all of it back while people use the database."""
        self.began = time.monotonic()
        if '"protect": true' in self.run("pulumi stack export"):
            self._unprotect()
        with nobody_refused(self.database, "during the way back"):
            self.run("pulumi destroy")
        now = Standing.of(self.database)
        self.before.require_rows(now, "after the way back")
        self.before.require_dump(now, "after the way back")
        lines = len(now.dump.splitlines())
        self._say(f"rolled back: the dumps before and after are equal ({lines} lines), the numbers of rows too")

    def _unprotect(self) -> None:
        entry, stood = last_entry(self.database), Standing.of(self.database)
        refused = self.shell.run("pulumi destroy")
        if refused.code == 0 or "protect" not in refused.output:
            raise RehearsalError(Outcome.DIFFERENT, "destroy was not refused, or not for being protected.")
        stood.require_dump(Standing.of(self.database), "after a refused destroy")
        self._say("protected: destroy is refused, nothing went")
        self.run("pulumi config set protect false")
        self.run("pulumi up")
        ran = ran_since(self.database, entry).statements
        self._say(f"`pulumi config set protect false` and `pulumi up`, as the way back takes: {ran} statements")

    def _script(self, script: str) -> str:
        """Run a script of the project, whose exit codes are those of an `Outcome`, and return what it says."""
        ran = self.shell.run(script)
        if ran.code != 0:
            raise self._ended(script, ran, Outcome(ran.code) if ran.code in list(Outcome) else Outcome.FAILED)
        return ran.output

    def _ended(self, command: str, ran: Ran, outcome: Outcome) -> RehearsalError:
        told = "\n".join(self.clone.without_secrets(ran.output).splitlines()[-LAST_LINES:])
        return RehearsalError(outcome, f"{self.name}: `{command}` ended with {ran.code}:\n{told}")

    def _say(self, line: str) -> None:
        now = time.monotonic()
        print(f"{self.name:<8} {line}  [{now - self.began:.1f} s]", flush=True)  # noqa: T201 - what the command is for
        self.began = now


@contextmanager
def environment(clone: Clone, name: str, documents: int) -> Iterator[Environment]:
    """Make a stack with its database of so many documents; its shell ends with the block."""
    variables = clone.team_environment(name, documents) | {"STACK": name}
    cluster = clone.cluster
    server = Server(cluster.major, cluster.superuser_url(), "", cluster.bindir, DefaultPrivileges.OPT_IN)
    url = variables["SUPASCHEMA_DATABASE_URL"]
    database = Database(name, url, platform.database_url(server.superuser_url, name), server)
    with Shell(clone.project, variables, clone.folder / name) as shell:
        made = Environment(name, clone, database, shell, Standing.of(database))
        made.run('eval "$(make -s env)"')
        made.run(f"pulumi stack init {name}")
        host = urlsplit(url)
        print(f"{name:<8} database {host.path[1:]} on port {host.port}, {documents} documents", flush=True)  # noqa: T201
        yield made


def _told(looks: dict[str, int]) -> str:
    listed = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in looks.items())
    return f"{sum(looks.values())} tries ({listed})"

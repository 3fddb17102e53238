"""The command line over the local server: ``python -m localdb start|stop|status|url|load|sample|scratch|remove``.

Exit codes: 0 done; 1 failed; 2 wrong usage; 3 what it needs is missing (a server that is not
installed, or for `status` one that does not run).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from localdb.errors import LocalDatabaseError, ServerMissing
from localdb.local import DATABASE, local_cluster

_FAILED, _MISSING = 1, 3
_SCRATCH = "scratch"
"""The database in which snapshots are rebuilt."""


def _start(options: argparse.Namespace) -> int:
    cluster = local_cluster()
    if options.existing and not cluster.data_dir.exists():
        print("localdb: there is no local server yet: run `make up` first.", file=sys.stderr)
        return _MISSING
    started = cluster.start()
    state = "started" if started else "already running"
    print(f"PostgreSQL {cluster.major} {state} on 127.0.0.1:{cluster.status().port}")
    return 0


def _stop(_: argparse.Namespace) -> int:
    cluster = local_cluster()
    stopped = cluster.status().running and cluster.stop()
    print(f"PostgreSQL {cluster.major} {'stopped' if stopped else 'was not running'}")
    return 0


def _status(_: argparse.Namespace) -> int:
    cluster = local_cluster()
    status = cluster.status()
    if not status.running:
        print(f"PostgreSQL {cluster.major} is not running")
        return _MISSING
    print(f"PostgreSQL {cluster.major} runs on 127.0.0.1:{status.port} (process {status.pid})")
    return 0


def _url(options: argparse.Namespace) -> int:
    cluster = local_cluster()
    database = _SCRATCH if options.scratch else DATABASE
    print(cluster.superuser_url(database) if options.superuser else cluster.owner_url(database))
    return 0


def _remove(_: argparse.Namespace) -> int:
    cluster = local_cluster()
    if cluster.directory.exists():
        cluster.remove()
    print(f"PostgreSQL {cluster.major} and its data are gone")
    return 0


def _load(options: argparse.Namespace) -> int:
    from localdb import platform  # noqa: PLC0415 - only this command pays 0.3 s for the database client

    _start(options)
    cluster = local_cluster()
    standing = platform.ensure(cluster.superuser_url(), DATABASE, postgres_password=cluster.password(platform.OWNER))
    print(f"database {DATABASE}: {', '.join(standing.done) or 'already complete'}")
    return 0


def _sample(_: argparse.Namespace) -> int:
    from localdb import platform  # noqa: PLC0415 - only this command pays 0.3 s for the database client

    loaded = platform.ensure_sample_after_up(local_cluster().owner_url(DATABASE))
    print(f"sample events, syncs and batches: {'loaded' if loaded else 'already complete'}")
    return 0


def _scratch(_: argparse.Namespace) -> int:
    from localdb import platform  # noqa: PLC0415 - only this command pays 0.3 s for the database client

    cluster = local_cluster()
    cluster.start()
    url, password = cluster.superuser_url(), cluster.password(platform.OWNER)
    platform.install_roles(url, password)
    platform.drop_database(url, _SCRATCH)
    variant = platform.DefaultPrivileges.OPT_IN
    print(platform.create_database(url, _SCRATCH, variant=variant, template=None, postgres_password=password))
    return 0


_COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], str]] = {
    "start": (_start, "start the server, making it first if need be"),
    "stop": (_stop, "stop the server; its data stay"),
    "status": (_status, "tell whether the server runs (exit code 3 if not)"),
    "url": (_url, "print the database's URL with its password, as role postgres"),
    "load": (_load, "start, and install platform, baseline and sample rows where they are missing"),
    "sample": (_sample, "after the first deployment: fill the tables that it made"),
    "scratch": (_scratch, "make a database with the platform alone, in the place of the last one; print its URL"),
    "remove": (_remove, "stop the server and delete all its data"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; errors are told on the standard error output."""
    options = _parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command][0](options)
    except LocalDatabaseError as error:
        print(f"localdb: {error}", file=sys.stderr)
        return _MISSING if isinstance(error, ServerMissing) else _FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m localdb", description="The server of the stack local.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, (_, explanation) in _COMMANDS.items():
        command = commands.add_parser(name, help=explanation)
        command.set_defaults(existing=False)
        if name == "start":
            command.add_argument("--existing", action="store_true", help="only one that was made before")
        if name == "url":
            command.add_argument("--superuser", action="store_true", help="as the superuser instead")
            command.add_argument("--scratch", action="store_true", help="of the database that `scratch` made instead")
    return parser


if __name__ == "__main__":
    sys.exit(main())

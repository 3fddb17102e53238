"""Serve the page on this machine, or write it for a stack: `python -m tools.dashboard serve | write FOLDER`.

Exit codes: 0 done; 1 it failed; 3 the stack does not say what the page must know, or there is no local server.
"""

from __future__ import annotations

import argparse
import json
import secrets
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from localdb import sample
from localdb.errors import ServerMissing
from localdb.local import DATABASE, local_cluster
from tools.dashboard.configuration import ConfigurationError, of_stack, write
from tools.dashboard.server import served

_BUILT = Path(__file__).resolve().parents[2] / "dashboard" / "dist"
_PORT = 8484
_ROLES = ("admin", "reader")


def main(arguments: Sequence[str] | None = None, wait: Callable[[], object] = signal.pause) -> int:
    """Run one command and return its exit code; what is served is served until `wait` is interrupted."""
    options = _options(arguments)
    try:
        if options.command == "write":
            # The settings come as `pulumi config --json` tells them: it leaves secrets out.
            configuration = of_stack(json.load(sys.stdin))
            write(_BUILT, options.folder, configuration)
            where = f"at {configuration.dashboard_url}" if configuration.dashboard_url else "over https"
            say(f"the page is in {options.folder}: publish that folder by any web server, {where}")
        else:
            _serve(options.port, wait)
    except (ConfigurationError, ServerMissing) as error:
        sys.stderr.write(f"dashboard: {error}\n")
        return 3
    except OSError as error:
        sys.stderr.write(f"dashboard: cannot serve on port {options.port}: {error.strerror}\n")
        return 1
    return 0


def _serve(port: int, wait: Callable[[], object]) -> None:
    password = secrets.token_urlsafe(9)
    with served(local_cluster().owner_url(DATABASE), _BUILT, password, port) as stand_in:
        people = ", ".join(f"{role}@org{n}.example.com" for n in range(1, sample.ORGANIZATIONS + 1) for role in _ROLES)
        say(f"the page is at {stand_in.address} until Ctrl-C")
        say(f"sign in as one of {people}; owner@ and contributor@ are there too")
        say(f"everybody's password until then: {password}")
        try:
            wait()
        except KeyboardInterrupt:
            say("the page is not served any more")


def say(text: str) -> None:
    """Tell one line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.dashboard", description="The page for admins.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    serve = commands.add_parser("serve", help="serve it on this machine, against the local stack's database")
    serve.add_argument("--port", type=int, default=_PORT, help=f"where ({_PORT})")
    written = commands.add_parser("write", help="write its files for the stack whose settings are read")
    written.add_argument("folder", type=Path)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

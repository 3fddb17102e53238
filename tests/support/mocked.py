"""Run this project's program under Pulumi's own mocks, in a process of its own, and give what it would register.

    python -m tests.support.mocked < configuration      JSON: {"values": {key: text}, "secret": [key]}

The mocks' state is the process's; a program is run by its file, as the engine does.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi.runtime
from google.protobuf import json_format
from pulumi.runtime import config as runtime_config
from pulumi.runtime.mocks import MockMonitor, Mocks

from tests.support.pulumi import ROOT

_SECRET = "4dabf18193072939515e22adb298388d"
"""The key by which the protocol tells a value of a special kind, such as a secret."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A resource that the program would register; which inputs are secret is told by their names."""

    name: str
    type: str
    inputs: Mapping[str, Any]
    secret: frozenset[str]
    after: frozenset[str]


class _Echo(Mocks):
    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return args.name, args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], None]:
        return {}, None


class _Monitor(MockMonitor):
    """Writes each request down as it comes over the wire."""

    def __init__(self) -> None:
        super().__init__(_Echo())
        self.requests: list[dict[str, Any]] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol names the methods
        self.requests.append(json_format.MessageToDict(request))
        return super().RegisterResource(request)


def program(values: Mapping[str, object], secret: Sequence[str] = (), **variables: str) -> list[Registered]:
    """Return what the program registers under this configuration and environment, in order."""
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "PULUMI_", "SUPASCHEMA_"))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.mocked"],
        input=json.dumps({"values": texts, "secret": list(secret)}),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**kept, **variables},
    )
    assert done.returncode == 0, done.stderr
    return [_registered(request) for request in json.loads(done.stdout)]


def _registered(request: Mapping[str, Any]) -> Registered:
    raw = request.get("object", {})
    secret = frozenset(key for key, value in raw.items() if isinstance(value, dict) and _SECRET in value)
    inputs = {key: value["value"] if key in secret else value for key, value in raw.items()}
    after = frozenset(urn.rsplit("::", 1)[-1] for urn in request.get("dependencies", ()))
    return Registered(request["name"], request["type"], inputs, secret, after)


def _main() -> int:
    asked = json.load(sys.stdin)
    monitor = _Monitor()
    pulumi.runtime.set_mocks(_Echo(), project="supaschema", stack="test", monitor=monitor)
    prefix = "supaschema:"
    runtime_config.set_all_config(
        {prefix + key: value for key, value in asked["values"].items()}, [prefix + key for key in asked["secret"]]
    )
    pulumi.runtime.test(lambda: runpy.run_path(str(ROOT / "infra" / "__main__.py")) and None)()
    json.dump(monitor.requests, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(_main())

"""Reports of a program's changes, planned by the provider's verbs on a deployed database, without the CLI."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import msgspec

from supaschema.core.errors import SupaschemaError
from supaschema.core.plan_record import VARIABLE, Size, read
from supaschema.database.settings import URL_VARIABLE, settings_from
from supaschema.declarations import Declaration
from supaschema.provider.incarnations import Inputs
from supaschema.provider.operations import Operations
from supaschema.provider.outputs import outputs
from supaschema.registry import RESOURCES
from supaschema.resources.base import Resource
from supaschema.review import gather
from supaschema.review.model import Change, StackReport
from supaschema.review.preview import answered

Program = Mapping[str, Declaration]
"""Declarations by the resource's name, in the order in which they are made."""

_PROVIDER = "urn:pulumi:test::supaschema::pulumi:providers:supaschema::database"


def report(url: str, deployed: Program, program: Program) -> StackReport:
    """Return what a stack whose database holds one program would be told of another.

    Args:
        url: The database.
        deployed: What the ledger says it holds.
        program: What the pull request declares.

    """
    with TemporaryDirectory() as folder:
        records = Path(folder) / "plans.jsonl"
        with mock.patch.dict(os.environ, {VARIABLE: str(records), URL_VARIABLE: url}):
            answer = _Preview(deployed, program).answer()
            failed = bool(answer["diagnostics"])
            preview = answered(json.dumps(answer), "", failed=failed, plans=read(records))
            return gather.reported("staging", preview)


def sized(stack: StackReport) -> StackReport:
    """Return what would be told if the tables that hold something were as large as they often are."""
    size = Size(rows=1_250_000, bytes=230_000_000, reads=48_000_000, writes=2_100_000)

    def one(change: Change) -> Change:
        if change.plan is None:
            return change
        sizes = {name: size if it.bytes else it for name, it in change.plan.relations.items()}
        return msgspec.structs.replace(change, plan=msgspec.structs.replace(change.plan, relations=sizes))

    return msgspec.structs.replace(stack, changes=tuple(map(one, stack.changes)))


def deploy(url: str, program: Program, before: Program | None = None) -> None:
    """Make what a program declares, or of the resources of the program before it what is declared now."""
    verbs = Operations(settings_from({"databaseUrl": url}))
    try:
        verbs.declaring()
        for name, declared in program.items():
            resource, urn = _resource(declared), _new_urn(name, declared)
            if before is None:
                verbs.create(resource, urn, declared.to_inputs())
            elif declared != before[name]:
                generation = verbs.pipeline.state.ledger().generation(urn)
                verbs.update(
                    resource,
                    urn,
                    outputs(type(before[name]), before[name].to_inputs(), urn, generation),
                    declared.to_inputs(),
                )
    finally:
        verbs.pipeline.close()


class _Preview:
    """What Pulumi's engine asks in a preview, and how it puts the answers down."""

    def __init__(self, deployed: Program, program: Program) -> None:
        self._verbs = Operations(settings_from({}))
        self._deployed, self._program = deployed, program
        owners = self._verbs.pipeline.state.ledger().owners.values()
        self._urns = {urn.rsplit("::", 1)[-1]: urn for urn in owners}
        self._problems: list[dict[str, Any]] = []

    def answer(self) -> dict[str, Any]:
        """Return what `pulumi preview --json` would print."""
        provider = {"urn": _PROVIDER, "type": "pulumi:providers:supaschema", "custom": True, "inputs": {}}
        try:
            self._verbs.running_a_program()
            checked = [name for name, declared in self._program.items() if self._checked(name, declared)]
            steps = [step for name in checked if (step := self._step(name)) is not None]
            steps += [self._gone(name) for name in self._deployed if name not in self._program]
            return {
                "steps": [{"op": "same", "urn": _PROVIDER, "newState": provider}, *steps],
                "diagnostics": self._problems,
            }
        finally:
            self._verbs.pipeline.close()

    def _checked(self, name: str, declared: Declaration) -> bool:
        resource, urn = _resource(declared), self._urn(name, declared)
        found = [*resource.problems(declared)]
        found += [] if found else self._verbs.declared_twice(resource, urn, declared)
        for problem in found:
            self._failed(urn, problem)
        return not found

    def _step(self, name: str) -> dict[str, Any] | None:
        declared, before = self._program[name], self._deployed.get(name)
        urn, news = self._urn(name, declared), declared.to_inputs()
        step = {"urn": urn, "newState": _state(urn, declared, news)}
        try:
            if before is None:
                self._verbs.preview(_resource(declared), urn, None, news)
                return {"op": "create", **step}
            return {**step, **self._updated(urn, before, declared)}
        except SupaschemaError as error:
            self._failed(urn, error)
            return None

    def _updated(self, urn: str, before: Declaration, declared: Declaration) -> dict[str, Any]:
        resource, old, news = _resource(declared), before.to_inputs(), declared.to_inputs()
        olds = outputs(resource.declaration, old, urn, self._verbs.pipeline.state.ledger().generation(urn))
        state = {"oldState": {**_state(urn, before, old), "outputs": olds}}
        found = self._verbs.diff(resource, urn, olds, old, news, id=resource.identify(before))
        if not found.changed:
            return {"op": "same", **state}
        self._verbs.preview(resource, urn, None if found.replaces else olds, news)
        return {"op": "replace" if found.replaces else "update", **state}

    def _gone(self, name: str) -> dict[str, Any]:
        declared = self._deployed[name]
        urn, inputs = self._urn(name, declared), declared.to_inputs()
        generation = self._verbs.pipeline.state.ledger().generation(urn)
        state = {**_state(urn, declared, inputs), "outputs": outputs(type(declared), inputs, urn, generation)}
        return {"op": "delete", "urn": urn, "oldState": state}

    def _urn(self, name: str, declared: Declaration) -> str:
        return self._urns.get(name) or _new_urn(name, declared)

    def _failed(self, urn: str, error: SupaschemaError) -> None:
        self._problems.append({"urn": urn, "message": f"error: {error}", "severity": "error"})


def _new_urn(name: str, declared: Declaration) -> str:
    return f"urn:pulumi:test::supaschema::connectors:index:Area${_token(declared)}::{name}"


def _state(urn: str, declared: Declaration, inputs: Inputs) -> dict[str, Any]:
    return {"urn": urn, "type": _token(declared), "custom": True, "inputs": inputs}


def _token(declared: Declaration) -> str:
    return f"supaschema:index:{type(declared).__name__}"


def _resource(declared: Declaration) -> Resource[Any]:
    return RESOURCES[_token(declared)]

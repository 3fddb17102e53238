"""The report of a validation: who asked, what was proved, what was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from supaschema.core.lints import let_off
from supaschema.core.printable import line
from tests.deployed.registry import Result
from tests.deployed.stack import Stack


def found(results: Sequence[Result], seconds: float) -> str:
    """Return what is not as declared, or could not be told, a line each, and the sum."""
    others = (result for result in results if result.findings or result.trouble is not None)
    return "\n".join([*(line for result in others for line in _lines(result)), _sum(results, seconds)])


def render(stack: Stack, results: Sequence[Result], seconds: float) -> str:
    """Return the report as text, a line for each check, and one for each finding below it."""
    who = "the owner" if stack.owns else "the auditor"
    trials = "; trials as other roles, rolled back" if stack.as_owner else ""
    lines = [
        f"stack {line(stack.name)}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"asked by {line(stack.user)}, {who}, in a transaction that cannot write{trials}",
        *(f"{'let off':<12} {line(sentence)}" for sentence in let_off(stack.declared.lints)),
        *(line for result in results for line in _lines(result)),
        _sum(results, seconds),
    ]
    return "\n".join(lines)


def _lines(result: Result) -> list[str]:
    if result.trouble is not None:
        return [f"CANNOT TELL  {result.name:<12} {line(result.trouble)}"]
    if result.findings:
        return [f"FOUND        {result.name:<12} {line(str(finding))}" for finding in result.findings]
    return [f"ok           {result.name:<12} {result.proved}"]


def _sum(results: Sequence[Result], seconds: float) -> str:
    good = sum(result.trouble is None and not result.findings for result in results)
    findings = sum(len(result.findings) for result in results)
    unknown = sum(result.trouble is not None for result in results)
    return (
        f"{len(results)} checks in {seconds:.1f} s: {good} ok, {findings} findings, {unknown} that could not be told."
    )

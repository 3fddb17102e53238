"""One validation: the suite is run by pytest on one stack, and what came of each check is kept for the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest

from tests.deployed.registry import CHECKS, Check, Result, run
from tests.deployed.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
SUITE = Path(__file__).resolve().parent


class Code(IntEnum):
    """The command's exit codes."""

    CLEAN = 0
    CANNOT_TELL = 1
    FINDINGS = 2
    MISSING = 3


@dataclass(eq=False)
class Validation:
    """A plugin of pytest that lends the stack to the tests and keeps what came of them."""

    stack: Stack
    results: list[Result] = field(default_factory=list)
    trouble: str = "it did not run."

    @pytest.fixture(name="validation")
    def itself(self) -> Validation:
        """The validation that is going on."""
        return self

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why the suite cannot be collected."""
        if report.failed:
            self.trouble = f"the suite cannot be read: {report.longreprtext.splitlines()[-1]}"

    def run(self, check: Check, host: Any) -> Result:
        """Make one check and keep its result."""
        result = run(check, replace(self.stack, host=host))
        self.results.append(result)
        return result


def validate(stack: Stack) -> list[Result]:
    """Run the suite on a stack and return the result of every check; one that did not run could not be told."""
    validation = Validation(stack)
    pytest.main(
        [
            f"--rootdir={ROOT}",
            f"--config-file={ROOT / 'pyproject.toml'}",
            "--override-ini=addopts=",
            "--import-mode=importlib",
            f"--confcutdir={SUITE}",
            *(f"-pno:{name}" for name in ("cacheprovider", "terminal", "hypothesispytest", "xdist")),
            str(SUITE),
        ],
        plugins=[validation],
    )
    made = {result.name: result for result in validation.results}
    return [made.get(check.name, Result(check.name, trouble=validation.trouble)) for check in CHECKS]


def code(results: Sequence[Result]) -> Code:
    """Return the exit code: a finding counts more than what could not be told."""
    if any(result.findings for result in results):
        return Code.FINDINGS
    return Code.CANNOT_TELL if any(result.trouble for result in results) else Code.CLEAN

"""A deployed stack is as the program declares it."""

from __future__ import annotations

import pytest

from tests.deployed.registry import CHECKS, Check
from tests.deployed.validation import Validation


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_the_stack_is_as_declared(check: Check, host, validation: Validation) -> None:
    result = validation.run(check, host)

    assert result.trouble is None
    assert result.findings == ()

"""The suite asks a live stack, so it is collected by its own command alone: `python -m tests.deployed`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deployed.validation import Validation


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the suite out of every other run of pytest."""
    asked = any(isinstance(plugin, Validation) for plugin in config.pluginmanager.get_plugins())
    return None if asked else True

"""The earlier program runs with the settings it was deployed with: a change of settings alone has a way back too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from supaschema.core.errors import SupaschemaError
from supaschema.review.throwaway import Throwaway

ENCRYPTION = "v1:abc"
NOW = {"encryptionsalt": ENCRYPTION, "config": {"supaschema:retention": {"syncLogs": 30}}}
BEFORE = {
    "encryptionsalt": "v1:the project's",
    "config": {
        "supaschema:databaseUrl": "postgresql://owner:word@target/db",
        "supaschema:key": {"secure": "v1:sealed"},
        "supaschema:retention": {"syncLogs": 90},
    },
}


@pytest.fixture
def stack(tmp_path: Path) -> Throwaway:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.staging.yaml").write_text(yaml.safe_dump(NOW), encoding="utf-8")
    return Throwaway("staging", folder, {})


def earlier(tmp_path: Path, settings: Mapping[str, object] | None) -> Path:
    """Return the folder of the earlier program, with these settings of the stack."""
    folder = tmp_path / "earlier"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: connectors\nruntime: python\n", encoding="utf-8")
    if settings is not None:
        (folder / "Pulumi.staging.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return folder


def settings_of(stack: Throwaway) -> dict[str, object]:
    """Return the stack's settings, as the CLI reads them."""
    found: dict[str, object] = yaml.safe_load((stack.folder / "Pulumi.staging.yaml").read_text(encoding="utf-8"))
    return found


def test_it_has_its_own_settings_without_secrets_and_addresses(stack: Throwaway, tmp_path: Path) -> None:
    found = settings_of(stack.of(earlier(tmp_path, BEFORE)))
    config = found["config"]
    assert isinstance(config, dict)
    assert config["supaschema:retention"] == {"syncLogs": 90}
    assert "supaschema:databaseUrl" not in config
    assert "sealed" not in str(found)
    assert found["encryptionsalt"] == ENCRYPTION
    assert settings_of(stack) == NOW


def test_where_it_has_none_those_of_the_change_stay(stack: Throwaway, tmp_path: Path) -> None:
    assert settings_of(stack.of(earlier(tmp_path, None))) == NOW


def test_a_checkout_without_an_environment_of_its_own_runs_in_that_of_the_change(
    stack: Throwaway, tmp_path: Path
) -> None:
    (stack.folder / ".venv").mkdir()
    folder = earlier(tmp_path, None)

    assert (stack.of(folder).folder / ".venv").resolve() == stack.folder / ".venv"

    (folder / ".venv").mkdir()
    assert (stack.of(folder).folder / ".venv").resolve() == folder / ".venv"


def test_a_lint_that_is_off_stays_so(stack: Throwaway, tmp_path: Path) -> None:
    folder = earlier(tmp_path, None)
    lints = "[{lint: no-primary-key, level: off, reason: false alarm}]"
    (folder / "Pulumi.staging.yaml").write_text(f"config: {{'supaschema:lints': {lints}, 'a:b': true}}")

    config = settings_of(stack.of(folder))["config"]

    said = {"lint": "no-primary-key", "level": "off", "reason": "false alarm"}
    assert config == {"supaschema:lints": [said], "a:b": True}


@pytest.mark.parametrize("text", ["config: [", "config: 3", f"config: {'[' * 3000}"])
def test_settings_that_cannot_be_read_are_told(stack: Throwaway, tmp_path: Path, text: str) -> None:
    folder = earlier(tmp_path, None)
    (folder / "Pulumi.staging.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SupaschemaError, match="cannot be read as a stack's settings"):
        stack.of(folder)

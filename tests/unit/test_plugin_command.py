"""Which plugin the engine would run, in its order, and whether that is this library's."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.command.plugin_places import PROGRAM
from supaschema.provider.package_schema import VERSION

NAMED = "name: notes\nruntime: python\nplugins:\n  providers:\n    - name: supaschema\n      path: tools\n"


def plugin(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    program = folder / PROGRAM
    program.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder, in which commands run that find no plugin anywhere."""
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    return project


def test_no_plugin_is_told(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["plugin", "check"]) == Exit.MISSING
    assert "would find no plugin" in capsys.readouterr().err


def test_what_is_found_first_is_run_whatever_its_version(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    plugin(folder.parent / "home" / "plugins" / f"resource-supaschema-v{VERSION}", VERSION)
    assert main(["plugin", "check"]) == Exit.DONE
    plugin(folder.parent / "bin", "0.0.1")
    assert main(["plugin", "check"]) == Exit.FINDINGS
    assert f"this library is {VERSION}" in capsys.readouterr().err
    monkeypatch.setenv("PULUMI_IGNORE_AMBIENT_PLUGINS", "true")
    assert main(["plugin", "check"]) == Exit.DONE
    monkeypatch.delenv("PULUMI_IGNORE_AMBIENT_PLUGINS")
    capsys.readouterr()
    (folder / "Pulumi.yaml").write_text(NAMED, encoding="utf-8")
    named = plugin(folder / "tools", VERSION)
    assert main(["plugin", "check"]) == Exit.DONE
    said = capsys.readouterr().out
    assert said.splitlines()[0] == f"Pulumi.yaml names tools: {named}, version {VERSION} (this one is run)"
    assert "on PATH" in said
    assert "version 0.0.1 (not reached)" in said


def test_of_what_is_cached_the_librarys_own_version_is_run(folder: Path, capsys: pytest.CaptureFixture[str]):
    cache = folder.parent / "home" / "plugins"
    for version in ("0.0.9", VERSION, "0.10.0"):
        plugin(cache / f"resource-supaschema-v{version}", version)
    assert main(["plugin", "check"]) == Exit.DONE
    assert f"version {VERSION} (this one is run)" in capsys.readouterr().out.splitlines()[0]


def test_a_folder_that_the_project_names_is_where_the_engine_looks(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "Pulumi.yaml").write_text(NAMED, encoding="utf-8")
    plugin(folder.parent / "bin", VERSION)
    assert main(["plugin", "check"]) == Exit.MISSING
    assert "Pulumi.yaml names tools, where there is no" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["plugins: [", f"plugins: {'[' * 3000}"])
def test_a_project_file_that_cannot_be_read_is_told(folder: Path, text: str, capsys: pytest.CaptureFixture[str]):
    (folder / "Pulumi.yaml").write_text(text, encoding="utf-8")
    assert main(["plugin", "check"]) == Exit.FAILED
    assert "is no YAML" in capsys.readouterr().err


def test_a_program_that_is_asked_for_its_version_is_given_no_secret(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (folder / "Pulumi.yaml").write_text(NAMED, encoding="utf-8")
    program = plugin(folder / "tools", VERSION)
    program.write_text("#!/bin/sh\necho $SUPASCHEMA_DATABASE_URL $PULUMI_CONFIG_PASSPHRASE\n", encoding="utf-8")
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", "postgresql://postgres:planted@localhost/app")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "planted")
    assert main(["plugin", "check"]) == Exit.FINDINGS
    assert "planted" not in capsys.readouterr().out


def test_nothing_is_written_by_way_of_a_link(folder: Path, capsys: pytest.CaptureFixture[str]):
    outside = folder.parent / "outside"
    (folder / ".gitignore").symlink_to(outside)
    assert main(["init", "--name", "x"]) == Exit.FAILED
    assert ".gitignore already" in capsys.readouterr().err
    assert not outside.exists()


def test_a_project_has_its_name_as_a_text(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["init", "--folder", str(folder / "of" / "numbers"), "--name", "123"]) == Exit.DONE
    assert yaml.safe_load((folder / "of" / "numbers" / "Pulumi.yaml").read_text(encoding="utf-8"))["name"] == "123"
    assert main(["init", "--name", ".."]) == Exit.FAILED
    (folder / "file").touch()
    assert main(["init", "--folder", str(folder / "file"), "--name", "x"]) == Exit.FAILED
    assert "cannot be made" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name: x\n",
        "plugins: 3\n",
        "plugins:\n  providers: 3\n",
        "plugins:\n  providers:\n    - 3\n",
        # A few lines may stand for a list of any length.
        NAMED.replace("tools", "[tools, tools]"),
    ],
)
def test_a_project_file_that_names_none_is_read_as_such(folder: Path, text: str):
    (folder / "Pulumi.yaml").write_text(text, encoding="utf-8")
    assert main(["plugin", "check"]) == Exit.MISSING

"""How scripts end: by the exit code alone one knows what was done, and what was made is named without its password."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def put(file: Path, text: str) -> None:
    """Write a script."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/usr/bin/env bash\n{text}\n", encoding="utf-8")
    file.chmod(0o755)


def run(folder: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script of a folder in which what it calls was put."""
    for name in ("common.sh", script):
        shutil.copy(SCRIPTS / name, folder / "scripts" / name)
    put(folder / "scripts" / "env.sh", f"echo 'export PATH={folder}/bin:'\"$PATH\"")
    return subprocess.run(
        [str(folder / "scripts" / script), *arguments],
        env={**os.environ, "STACK": "prod", "SUPASCHEMA_DATABASE_URL": "postgresql://nowhere"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("deployed", "validated", "code"),
    [(0, 0, 0), (1, 0, 1), (2, 2, 2), (3, 0, 3), (0, 2, 4), (0, 1, 4), (5, 0, 5)],
    ids=["done", "failed", "not approved", "missing", "findings", "not validated", "stopped"],
)
def test_each_end_has_a_code_of_its_own(tmp_path: Path, deployed: int, validated: int, code: int) -> None:
    put(tmp_path / "scripts" / "setup.sh", "")
    put(tmp_path / "scripts" / "install-pulumi.sh", "")
    put(tmp_path / "scripts" / "validate.sh", f"touch validated; exit {validated}")
    put(tmp_path / "bin" / "python", f'echo "$@" >asked; exit {deployed}')

    done = run(tmp_path, "deploy.sh", "--report", "approved.json")

    assert done.returncode == code, done.stderr
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert asked == "-m supaschema deploy --stack prod --watches sql/watch --report approved.json\n"
    assert (tmp_path / "validated").exists() is (deployed == 0)


@pytest.mark.parametrize("missing", ["setup.sh", "install-pulumi.sh"])
def test_where_a_tool_is_missing_nothing_is_run(tmp_path: Path, missing: str) -> None:
    put(tmp_path / "scripts" / "setup.sh", "")
    put(tmp_path / "scripts" / "install-pulumi.sh", "")
    put(tmp_path / "scripts" / missing, "exit 1")
    put(tmp_path / "bin" / "python", "touch asked")

    assert run(tmp_path, "deploy.sh", "--report", "approved.json").returncode == 3
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize(("code", "told"), [(0, True), (2, True), (1, False)], ids=["all", "in part", "failed"])
def test_the_database_of_a_snapshot_is_named_without_its_password(tmp_path: Path, code: int, *, told: bool) -> None:
    answers = f'case "$2" in localdb) echo postgresql://postgres:s3-cr_t@127.0.0.1:5/scratch;; *) exit {code};; esac'
    put(tmp_path / "scripts" / "setup.sh", "")
    put(tmp_path / "bin" / "python", answers)

    done = run(tmp_path, "scratch.sh", "snapshot.json.gz")

    assert done.returncode == code
    assert ("==> it is postgresql://postgres:***@127.0.0.1:5/scratch\n" in done.stderr) is told
    assert ('open it: psql "$(.venv/bin/python -m localdb url --scratch)"' in done.stderr) is told
    assert "s3-cr_t" not in done.stdout + done.stderr

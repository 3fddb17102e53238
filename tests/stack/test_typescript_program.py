"""A program in TypeScript: the SDK that Pulumi's generator makes from the package's schema, and the real engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.support.catalog import one
from tests.support.pulumi import ROOT, environment

FOLDER = ROOT / "tests" / "languages" / "typescript"


@pytest.fixture
def built() -> Path:
    """The program with its SDK, checked and compiled."""
    if shutil.which("npm") is None:
        assert not os.environ.get("CI"), "needs Node.js"
        pytest.skip("needs Node.js")
    shutil.rmtree(FOLDER / "supaschema", ignore_errors=True)
    for command in (
        [str(ROOT / "scripts" / "sdk.sh"), "nodejs", "tests/languages/typescript/supaschema"],
        ["npm", "ci", "--loglevel=error", "--no-progress"],
        ["npm", "run", "--silent", "build"],
    ):
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return FOLDER / "built" / "program.js"


@pytest.mark.long
def test_a_program_in_typescript_is_checked_deploys_and_takes_all_back(built: Path, plain: str, tmp_path: Path) -> None:
    plugin = ROOT / "supaschema" / "plugin" / "pulumi-resource-supaschema"
    ran = subprocess.run(
        ["node", built, tmp_path, plugin.parent],
        env=environment(tmp_path, plain),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = json.loads(ran.stdout)
    assert told["up"]["create"] == 4  # the stack, and what is declared
    assert told["view"] == "waiting_notes"
    assert set(told["again"]) == {"same"}
    assert told["back"]["delete"] == told["up"]["create"]
    with psycopg.connect(plain) as connection:
        assert one(connection, "select to_regclass('public.notes')") is None
    assert _refused_by_the_compiler() == ["5", "6"]


def _refused_by_the_compiler() -> list[str]:
    """Return the lines of `wrong.ts` that are errors."""
    options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2020"]
    options += ["--module", "commonjs", "--moduleResolution", "node"]
    check = ["npx", "--no-install", "tsc", *options, "wrong.ts"]
    done = subprocess.run(check, cwd=FOLDER, capture_output=True, text=True, check=False)
    return [line.partition("(")[2].partition(",")[0] for line in done.stdout.splitlines() if "error TS" in line]

"""Programs in other languages: what Pulumi's generators make from the package's schema, and the real engine."""

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

pytestmark = pytest.mark.long

LANGUAGES = ROOT / "tests" / "languages"
PLUGIN = ROOT / "supaschema" / "plugin"
YAML_HOST = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"


@pytest.fixture
def typescript() -> list[str]:
    """The command that runs the program in TypeScript with its SDK, checked and compiled."""
    if shutil.which("npm") is None:
        assert not os.environ.get("CI"), "needs Node.js"
        pytest.skip("needs Node.js")
    folder = LANGUAGES / "typescript"
    _sdk("nodejs", folder / "supaschema")
    _run("npm", "ci", "--loglevel=error", "--no-progress", cwd=folder)
    _run("npm", "run", "--silent", "build", cwd=folder)
    return ["node", str(folder / "built" / "program.js")]


@pytest.fixture
def golang() -> list[str]:
    """The program in Go with its SDK, compiled."""
    folder = LANGUAGES / "go"
    _sdk("go", folder / "sdk")
    return [_built(folder, "supaschema.local")]


@pytest.mark.parametrize("language", ["typescript", "golang"])
def test_a_program_deploys_and_takes_all_back(
    request: pytest.FixtureRequest, plain: str, tmp_path: Path, language: str
) -> None:
    program = request.getfixturevalue(language)
    told = json.loads(_run(*program, str(tmp_path), str(PLUGIN), cwd=tmp_path, env=environment(tmp_path, plain)))
    assert told["up"]["create"] == 4  # the stack, and what is declared
    assert told["view"] == "waiting_notes"
    assert set(told["again"]) == {"same"}
    assert told["back"]["delete"] == told["up"]["create"]
    assert not _there(plain)
    if language == "typescript":
        assert _refused_by_the_compiler() == ["5", "6"]


def test_a_program_in_yaml_needs_no_sdk(plain: str, tmp_path: Path) -> None:
    host = Path(_built(LANGUAGES / "yaml" / "host", YAML_HOST))
    program = (LANGUAGES / "yaml" / "Pulumi.yaml").read_text(encoding="utf-8")
    (tmp_path / "Pulumi.yaml").write_text(program.replace("../../../supaschema/plugin", str(PLUGIN)), encoding="utf-8")
    env = environment(tmp_path, plain)
    env["PATH"] = os.pathsep.join([str(host.parent), env["PATH"]])
    for command in (
        ("stack", "init", "yaml"),
        ("up", "--yes", "--skip-preview"),
        ("preview", "--expect-no-changes"),
    ):
        _run("pulumi", *command, "--non-interactive", cwd=tmp_path, env=env)
    outputs = json.loads(_run("pulumi", "stack", "output", "--json", cwd=tmp_path, env=env))
    assert outputs == {"view": "waiting_notes"}
    assert _there(plain)
    _run("pulumi", "destroy", "--yes", "--non-interactive", cwd=tmp_path, env=env)
    assert not _there(plain)


def test_the_sdk_for_dotnet_has_a_class_for_each_resource(tmp_path: Path) -> None:
    """Nothing here compiles it: there is no .NET where these tests run."""
    _sdk("dotnet", tmp_path)
    resources = json.loads((ROOT / "supaschema" / "schema.json").read_text(encoding="utf-8"))["resources"]
    for token in resources:
        text = (tmp_path / f"{token.rpartition(':')[2]}.cs").read_text(encoding="utf-8")
        assert f'[SupaschemaResourceType("{token}")]' in text
    assert (tmp_path / "version.txt").exists()


def _refused_by_the_compiler() -> list[str]:
    """Return the lines of `wrong.ts` that are errors."""
    options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2020"]
    options += ["--module", "commonjs", "--moduleResolution", "node"]
    check = ["npx", "--no-install", "tsc", *options, "wrong.ts"]
    done = subprocess.run(check, cwd=LANGUAGES / "typescript", capture_output=True, text=True, check=False)
    return [line.partition("(")[2].partition(",")[0] for line in done.stdout.splitlines() if "error TS" in line]


def _sdk(language: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _run(str(ROOT / "scripts" / "sdk.sh"), language, str(folder), cwd=ROOT)


def _built(folder: Path, package: str) -> str:
    return _run(str(LANGUAGES / "build.sh"), str(folder), package, cwd=ROOT).strip()


def _run(*command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _there(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return one(connection, "select to_regclass('public.notes')") is not None

